<?php

declare(strict_types=1);

namespace Bitrix\Main;

class ModuleManager
{
    /** @var array<string, true>|null */
    private static ?array $installed = null;

    public static function isModuleInstalled($moduleName)
    {
        return isset(self::getInstalledModules()[$moduleName]);
    }

    public static function getInstalledModules()
    {
        if (self::$installed === null) {
            self::$installed = [];
            foreach (Application::getConnection()->query('SELECT ID FROM b_module ORDER BY ID')->fetchAll() as $row) {
                self::$installed[$row['ID']] = ['ID' => $row['ID']];
            }
        }
        return self::$installed;
    }

    /** Reads install/version.php from disk; false when the module is not installed. */
    public static function getVersion($moduleName)
    {
        if (!self::isModuleInstalled($moduleName)) {
            return false;
        }
        if ($moduleName === 'main') {
            return \Shim::option('main_version') ?? SM_VERSION;
        }
        if (isset(\Shim::MODULES[$moduleName])) {
            return '25.0.0';
        }
        $folder = getLocalPath("modules/$moduleName");
        $file = Application::getDocumentRoot() . "$folder/install/version.php";
        if ($folder === false || !is_file($file)) {
            return false;
        }
        $arModuleVersion = [];
        include $file;
        return $arModuleVersion['VERSION'] ?? false;
    }

    public static function registerModule($moduleName)
    {
        \Shim::point('registerModule');
        $connection = Application::getConnection();
        $id = $connection->getSqlHelper()->convertToDbString($moduleName);
        $connection->queryExecute("INSERT INTO b_module (ID) VALUES ($id)");
        self::forget($moduleName);
        $connection->queryExecute("UPDATE b_agent SET ACTIVE = 'Y' WHERE MODULE_ID = $id");
        (new Event('main', 'OnAfterRegisterModule', [$moduleName]))->send();
    }

    /** Deletes the module's agents and group rights, then the row; NOT options, event registrations or tables. */
    public static function unRegisterModule($moduleName)
    {
        $connection = Application::getConnection();
        $id = $connection->getSqlHelper()->convertToDbString($moduleName);
        $connection->queryExecute("DELETE FROM b_agent WHERE MODULE_ID = $id");
        $connection->queryExecute("DELETE FROM b_module_group WHERE MODULE_ID = $id");
        $connection->queryExecute("DELETE FROM b_module WHERE ID = $id");
        self::forget($moduleName);
        (new Event('main', 'OnAfterUnRegisterModule', [$moduleName]))->send();
    }

    public static function add($moduleName)
    {
        self::registerModule($moduleName);
    }

    public static function delete($moduleName)
    {
        self::unRegisterModule($moduleName);
    }

    private static function forget(string $moduleName): void
    {
        self::$installed = null;
        Loader::clearModuleCache($moduleName);
        EventManager::getInstance()->clearLoadedHandlers();
    }
}
