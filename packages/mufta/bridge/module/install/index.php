<?php

use Bitrix\Main\Application;
use Bitrix\Main\Config\Configuration;
use Bitrix\Main\Config\Option;
use Bitrix\Main\Localization\Loc;
use Bitrix\Main\ModuleManager;

Loc::loadMessages(__FILE__);

/** Puts the module in place and takes it away again. */
class mufta_bridge extends CModule
{
    public $MODULE_ID = 'mufta.bridge';
    public $MODULE_GROUP_RIGHTS = 'Y';

    public function __construct()
    {
        $arModuleVersion = [];
        include __DIR__ . '/version.php';
        $this->MODULE_VERSION = $arModuleVersion['VERSION'];
        $this->MODULE_VERSION_DATE = $arModuleVersion['VERSION_DATE'];
        $this->MODULE_NAME = Loc::getMessage('MUFTA_BRIDGE_MODULE_NAME');
        $this->MODULE_DESCRIPTION = Loc::getMessage('MUFTA_BRIDGE_MODULE_DESCRIPTION');
        $this->PARTNER_NAME = Loc::getMessage('MUFTA_BRIDGE_PARTNER_NAME');
    }

    /** All or nothing: what a failed first installation did is undone in reverse. Safe to call twice. */
    public function DoInstall()
    {
        $problem = $this->findObstacle();
        if ($problem !== null) {
            return $this->refuse($problem);
        }
        $wasInstalled = ModuleManager::isModuleInstalled($this->MODULE_ID);
        $hadTables = $this->hasTables();
        $undo = [];
        try {
            if (!$hadTables) {
                $undo[] = fn () => $this->UnInstallDB();
            }
            $this->InstallDB();
            if (!$wasInstalled) {
                $undo[] = fn () => ModuleManager::unRegisterModule($this->MODULE_ID);
                ModuleManager::registerModule($this->MODULE_ID);
            }
            $undo[] = fn () => $this->UnInstallEvents();
            $this->InstallEvents();
            $undo[] = fn () => $this->unInstallAgents();
            $this->installAgents();
            if (!$hadTables) {
                $undo[] = fn () => Option::delete($this->MODULE_ID);
            }
            $this->installOptions();
        } catch (\Throwable $error) {
            // An installation that worked before must not be taken apart because a repetition failed.
            if (!$wasInstalled) {
                $this->undo($undo);
            }
            return $this->refuse(Loc::getMessage('MUFTA_BRIDGE_INSTALL_FAILED', [
                '#REASON#' => $this->describe($error),
            ]));
        }
        $this->showPage('MUFTA_BRIDGE_INSTALL_TITLE', 'step.php', 'install');
        return true;
    }

    /** The first step asks whether the tables stay; a script that calls this without a request deletes them. */
    public function DoUninstall()
    {
        $request = Application::getInstance()->getContext()->getRequest();
        if ((int)$request->get('step') < 2) {
            $this->showPage('MUFTA_BRIDGE_UNINSTALL_TITLE', 'unstep1.php', 'uninstall');
        }
        try {
            $this->UnInstallEvents();
            $this->unInstallAgents();
            if ($request->get('savedata') !== 'Y') {
                $this->UnInstallDB();
                Option::delete($this->MODULE_ID);
            }
            ModuleManager::unRegisterModule($this->MODULE_ID);
        } catch (\Throwable $error) {
            return $this->refuse(Loc::getMessage('MUFTA_BRIDGE_UNINSTALL_FAILED', [
                '#REASON#' => $this->describe($error),
            ]));
        }
        $this->showPage('MUFTA_BRIDGE_UNINSTALL_TITLE', 'unstep2.php', 'uninstall');
        return true;
    }

    public function InstallDB()
    {
        $this->runBatch('install.sql');
        return true;
    }

    public function UnInstallDB()
    {
        $this->runBatch('uninstall.sql');
        return true;
    }

    public function InstallEvents()
    {
        $this->loadSubscriptions();
        \Mufta\Bridge\Subscriptions::register();
        return true;
    }

    public function UnInstallEvents()
    {
        $this->loadSubscriptions();
        \Mufta\Bridge\Subscriptions::unregister();
        return true;
    }

    private function installAgents()
    {
        $period = max(10, (int)Option::get($this->MODULE_ID, 'frequency', '60'));
        $name = '\Mufta\Bridge\Agent::run();';
        if (CAgent::AddAgent($name, $this->MODULE_ID, 'N', $period, '', 'Y', '', 100, false, false) === false) {
            throw new \RuntimeException('agent');
        }
    }

    private function unInstallAgents()
    {
        CAgent::RemoveAgent('\Mufta\Bridge\Agent::run();', $this->MODULE_ID);
    }

    private function installOptions()
    {
        $mufta_bridge_default_option = [];
        include dirname(__DIR__) . '/default_option.php';
        foreach ($mufta_bridge_default_option as $name => $value) {
            // The default '' would bring the value of default_option.php.
            if (Option::get($this->MODULE_ID, $name, 'unset', '') === 'unset') {
                Option::set($this->MODULE_ID, $name, $value);
            }
        }
    }

    private function findObstacle()
    {
        if (version_compare(PHP_VERSION, '8.1.0', '<')) {
            return Loc::getMessage('MUFTA_BRIDGE_NEEDS_PHP');
        }
        if (!ModuleManager::isModuleInstalled('sale')) {
            return Loc::getMessage('MUFTA_BRIDGE_NEEDS_SALE');
        }
        if (version_compare((string)ModuleManager::getVersion('main'), '23.0.0', '<')) {
            return Loc::getMessage('MUFTA_BRIDGE_NEEDS_MAIN');
        }
        if (Application::getConnection()->getType() !== 'mysql') {
            return Loc::getMessage('MUFTA_BRIDGE_NEEDS_MYSQL');
        }
        if (!extension_loaded('openssl') || !extension_loaded('mbstring')) {
            return Loc::getMessage('MUFTA_BRIDGE_NEEDS_EXTENSIONS');
        }
        $crypto = Configuration::getValue('crypto');
        if (!is_array($crypto) || (string)($crypto['crypto_key'] ?? '') === '') {
            return Loc::getMessage('MUFTA_BRIDGE_NEEDS_CRYPTO_KEY');
        }
        return null;
    }

    private function hasTables()
    {
        return Application::getConnection()->isTableExists('mufta_bridge_outbox');
    }

    private function runBatch($file)
    {
        global $DB;
        // false = all went well; otherwise a list of HTML messages with SQL in them, which nobody is shown.
        if ($DB->RunSQLBatch(__DIR__ . '/db/mysql/' . $file) !== false) {
            throw new \RuntimeException($file);
        }
    }

    /** The classes are needed before the module can be included, and also when it no longer can. */
    private function loadSubscriptions()
    {
        foreach (['Module', 'Flows', 'Subscriptions'] as $name) {
            if (!class_exists('Mufta\Bridge\\' . $name)) {
                require_once dirname(__DIR__) . '/lib/' . strtolower($name) . '.php';
            }
        }
    }

    private function undo(array $steps)
    {
        foreach (array_reverse($steps) as $step) {
            try {
                $step();
            } catch (\Throwable) {
                // The other steps are still worth undoing; the first cause is what the administrator is shown.
                continue;
            }
        }
    }

    /** Our own messages name a step; a foreign one may hold SQL, so only its class is told. */
    private function describe(\Throwable $error)
    {
        return get_class($error) === 'RuntimeException' ? $error->getMessage() : get_class($error);
    }

    private function refuse($text)
    {
        global $APPLICATION;
        $APPLICATION->ThrowException($text);
        return false;
    }

    /** Prints an admin page and ends the request; a script on the command line goes on. */
    private function showPage($title, $file, $action)
    {
        global $APPLICATION;
        $request = Application::getInstance()->getContext()->getRequest();
        if (PHP_SAPI !== 'cli' && $request->get($action) === 'Y') {
            $APPLICATION->IncludeAdminFile(Loc::getMessage($title), __DIR__ . '/' . $file);
        }
    }
}
