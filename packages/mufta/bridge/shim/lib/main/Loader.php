<?php

declare(strict_types=1);

namespace Bitrix\Main;

class Loader
{
    public const MODULE_NOT_FOUND = 0;
    public const MODULE_INSTALLED = 1;

    /** @var array<string, bool> */
    private static array $loaded = ['main' => true];
    /** @var array<string, string> namespace in lower case => folder */
    private static array $namespaces = [];
    /** @var array<string, string> class in lower case => file */
    private static array $classes = [];
    private static bool $isStarted = false;

    /** Lower-cases the id before it looks for the folder. An include.php that returns false makes the include fail. */
    public static function includeModule($moduleName)
    {
        if (!is_string($moduleName) || $moduleName === '') {
            throw new LoaderException('Empty module name');
        }
        if (preg_match('#[^a-zA-Z0-9._]#', $moduleName) === 1) {
            throw new LoaderException("Module name '$moduleName' is not correct");
        }
        $id = strtolower($moduleName);
        return self::$loaded[$id] ??= self::include($id);
    }

    public static function requireModule($moduleName)
    {
        if (!self::includeModule($moduleName)) {
            throw new LoaderException("Required module `$moduleName` was not found");
        }
        return true;
    }

    public static function isIncluded(string $moduleName): bool
    {
        return self::$loaded[$moduleName] ?? false;
    }

    public static function clearModuleCache($moduleName)
    {
        unset(self::$loaded[strtolower((string)$moduleName)]);
    }

    public static function getLocal($path, $root = null)
    {
        $found = getLocalPath($path);
        return $found === false ? false : Application::getDocumentRoot() . $found;
    }

    public static function getDocumentRoot()
    {
        return Application::getDocumentRoot();
    }

    public static function registerNamespace($namespace, $path)
    {
        self::listen();
        self::$namespaces[strtolower(trim((string)$namespace, '\\')) . '\\'] = rtrim((string)$path, '/');
    }

    public static function registerAutoLoadClasses($moduleName, array $classes)
    {
        self::listen();
        $root = $moduleName === null ? '' : (getLocalPath("modules/$moduleName") ?: '');
        foreach ($classes as $class => $file) {
            self::$classes[strtolower(ltrim($class, '\\'))] = Application::getDocumentRoot() . "$root/$file";
        }
    }

    private static function include(string $id): bool
    {
        if (!ModuleManager::isModuleInstalled($id)) {
            return false;
        }
        if (isset(\Shim::MODULES[$id])) {
            return true;
        }
        $folder = getLocalPath("modules/$id");
        if ($folder === false) {
            return false;
        }
        $folder = Application::getDocumentRoot() . $folder;
        $namespace = implode('\\', array_map('ucfirst', explode('.', $id)));
        self::registerNamespace($namespace, "$folder/lib");
        $isGood = !is_file("$folder/include.php") || self::run("$folder/include.php") !== false;
        if (!$isGood) {
            unset(self::$namespaces[strtolower($namespace) . '\\']);
        }
        return $isGood;
    }

    private static function run(string $file): mixed
    {
        global $DB, $APPLICATION, $USER;
        return include_once $file;
    }

    private static function listen(): void
    {
        if (!self::$isStarted) {
            self::$isStarted = true;
            spl_autoload_register(self::autoload(...));
        }
    }

    /** The lower-cased path first, then the path as the class is spelled; FooTable may also live in foo.php. */
    private static function autoload(string $class): void
    {
        $name = strtolower($class);
        if (isset(self::$classes[$name])) {
            require_once self::$classes[$name];
            return;
        }
        foreach (self::$namespaces as $prefix => $folder) {
            if (!str_starts_with($name, $prefix)) {
                continue;
            }
            $rest = str_replace('\\', '/', substr($class, strlen($prefix)));
            $lower = strtolower($rest);
            $tries = [$lower, $rest, ...(str_ends_with($lower, 'table') ? [substr($lower, 0, -5)] : [])];
            foreach ($tries as $try) {
                if (is_file("$folder/$try.php")) {
                    require_once "$folder/$try.php";
                    return;
                }
            }
        }
    }
}
