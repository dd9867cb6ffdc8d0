<?php

declare(strict_types=1);

/** The stand-in's own switches: settings of the test site, faults, and the record of PHP warnings. */
final class Shim
{
    /** Namespaces that exist only after Loader::includeModule. */
    public const MODULES = ['sale' => 'Sale', 'catalog' => 'Catalog', 'iblock' => 'Iblock', 'currency' => 'Currency'];

    private static int $points = 0;
    /** @var list<string> */
    private static array $passed = [];
    /** @var array<string, mixed> */
    private static array $settings = [];
    private static int $warnings = 0;

    public static function start(): void
    {
        self::$settings = (require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/.settings.php') ?: [];
        set_error_handler(self::onWarning(...));
        register_shutdown_function(self::onShutdown(...));
        spl_autoload_register(self::autoload(...));
        date_default_timezone_set(self::option('php_time_zone', 'Europe/Moscow'));
        $GLOBALS['DB'] = new CDatabase();
        $GLOBALS['APPLICATION'] = new CMain();
        // During agents and in scripts without a login there is no user at all.
        $GLOBALS['USER'] = PHP_SAPI === 'cli' ? null : CUser::fromCookie();
    }

    public static function setting(string $name): mixed
    {
        return self::$settings[$name]['value'] ?? null;
    }

    public static function option(string $name, mixed $default = null): mixed
    {
        return self::$settings['shim']['value'][$name] ?? $default;
    }

    public static function setOption(string $name, mixed $value): void
    {
        self::$settings['shim']['value'][$name] = $value;
    }

    /** A step that can be made to fail: the n-th point passed throws when the option `fail_at` is n. */
    public static function point(string $name): void
    {
        self::$points++;
        self::$passed[] = $name;
        if (self::option('fail_at') === self::$points) {
            throw new \Bitrix\Main\SystemException('injected failure');
        }
    }

    /** @return list<string> names of the points passed so far */
    public static function passed(): array
    {
        return self::$passed;
    }

    /** Kills this very process where the option `die_at` names the place: no shutdown function runs. */
    public static function mortal(string $place): void
    {
        if (self::option('die_at') === $place) {
            posix_kill(getmypid(), SIGKILL);
        }
    }

    public static function warnings(): int
    {
        return self::$warnings;
    }

    private static function autoload(string $class): void
    {
        if (!str_starts_with($class, 'Bitrix\\')) {
            return;
        }
        $parts = explode('\\', $class);
        $module = strtolower($parts[1] ?? '');
        if ($module !== 'main' && !\Bitrix\Main\Loader::isIncluded($module)) {
            return;
        }
        $file = SHIM_ROOT . '/lib/' . $module . '/' . implode('/', array_slice($parts, 2)) . '.php';
        if (is_file($file)) {
            require_once $file;
        }
    }

    private static function onWarning(int $level, string $message, string $file, int $line): bool
    {
        if ((error_reporting() & $level) === 0) {
            return true;
        }
        self::record("$level $message at " . basename($file) . ":$line");
        return true;
    }

    private static function onShutdown(): void
    {
        $last = error_get_last();
        if ($last !== null && ($last['type'] & (E_ERROR | E_PARSE | E_CORE_ERROR | E_COMPILE_ERROR)) !== 0) {
            self::record("fatal {$last['message']} at " . basename($last['file']) . ":{$last['line']}");
        }
    }

    private static function record(string $line): void
    {
        self::$warnings++;
        $log = self::option('warning_log', '');
        if ($log !== '') {
            file_put_contents($log, str_replace("\n", ' ', $line) . "\n", FILE_APPEND | LOCK_EX);
        }
    }
}
