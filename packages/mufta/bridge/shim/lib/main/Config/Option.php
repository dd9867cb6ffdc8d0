<?php

declare(strict_types=1);

namespace Bitrix\Main\Config;

use Bitrix\Main\Application;
use Bitrix\Main\ArgumentNullException;
use Bitrix\Main\ArgumentOutOfRangeException;
use Bitrix\Main\Event;

/** Options of all modules. Static for the process: a long script never sees what another process sets. */
class Option
{
    /** @var array<string, array<string, array<string, string>>> module => site => name => value */
    private static array $cache = [];

    /** The module's default_option.php counts only where the caller's default is ''. $siteId: false = current site, '' = common. */
    public static function get($moduleId, $name, $default = '', $siteId = false)
    {
        $found = self::getRealValue($moduleId, $name, $siteId);
        if ($found !== null) {
            return $found;
        }
        $defaults = $default === '' ? self::getDefaults($moduleId) : [];
        return (string)($defaults[$name] ?? $default);
    }

    public static function getRealValue($moduleId, $name, $siteId = false)
    {
        self::check($moduleId, $name);
        $site = $siteId === false ? (PHP_SAPI === 'cli' ? '' : SITE_ID) : (string)$siteId;
        $options = self::load((string)$moduleId);
        $name = strtolower((string)$name);
        return ($site === '' ? null : $options[$site][$name] ?? null) ?? $options['-'][$name] ?? null;
    }

    public static function getForModule($moduleId, $siteId = false)
    {
        $options = self::load((string)$moduleId);
        return ($options[$siteId ?: '-'] ?? []) + ($options['-'] ?? []) + self::getDefaults($moduleId);
    }

    public static function getDefaults($moduleId)
    {
        $folder = getLocalPath("modules/$moduleId/default_option.php");
        if ($folder === false) {
            return [];
        }
        $variable = str_replace('.', '_', (string)$moduleId) . '_default_option';
        return (static function (string $file) use ($variable): array {
            include $file;
            return ${$variable} ?? [];
        })(Application::getDocumentRoot() . $folder);
    }

    public static function set($moduleId, $name, $value = '', $siteId = '')
    {
        \Shim::point('Option::set');
        self::check($moduleId, $name);
        if (mb_strlen((string)$name) > 100) {
            trigger_error("Option name $name will be truncated on saving.", E_USER_WARNING);
        }
        $connection = Application::getConnection();
        $helper = $connection->getSqlHelper();
        $key = strtolower((string)$name);
        $site = (string)$siteId;
        $row = ['MODULE_ID' => $moduleId, 'NAME' => $key, 'VALUE' => (string)$value];
        if ($site === '') {
            [$sql] = $helper->prepareMerge('b_option', ['MODULE_ID', 'NAME'], $row, ['VALUE' => (string)$value]);
        } else {
            $row['SITE_ID'] = $site;
            [$sql] = $helper->prepareMerge('b_option_site', ['MODULE_ID', 'NAME', 'SITE_ID'], $row, ['VALUE' => (string)$value]);
        }
        $connection->queryExecute($sql);
        if (isset(self::$cache[$moduleId])) {
            self::$cache[$moduleId][$site === '' ? '-' : $site][$key] = (string)$value;
        }
        $told = ['moduleId' => $moduleId, 'name' => $name, 'value' => $value, 'siteId' => $site];
        (new Event('main', 'OnAfterSetOption', $told))->send();
    }

    /** With no filter every option of the module goes, secrets and site values too. */
    public static function delete($moduleId, array $filter = [])
    {
        $connection = Application::getConnection();
        $helper = $connection->getSqlHelper();
        $where = 'MODULE_ID = ' . $helper->convertToDbString($moduleId);
        if (($filter['name'] ?? '') !== '') {
            $where .= ' AND NAME = ' . $helper->convertToDbString(strtolower($filter['name']));
        }
        if (($filter['site_id'] ?? '') !== '') {
            $connection->queryExecute("DELETE FROM b_option_site WHERE $where AND SITE_ID = " . $helper->convertToDbString($filter['site_id']));
        } else {
            $connection->queryExecute("DELETE FROM b_option WHERE $where");
            $connection->queryExecute("DELETE FROM b_option_site WHERE $where");
        }
        unset(self::$cache[$moduleId]);
    }

    private static function check($moduleId, $name): void
    {
        if ((string)$moduleId === '') {
            throw new ArgumentNullException('moduleId');
        }
        if ((string)$name === '') {
            throw new ArgumentNullException('name');
        }
        if (mb_strlen((string)$moduleId) > 50) {
            throw new ArgumentOutOfRangeException('moduleId');
        }
    }

    private static function load(string $moduleId): array
    {
        if (isset(self::$cache[$moduleId])) {
            return self::$cache[$moduleId];
        }
        self::$cache[$moduleId] = [];
        $connection = Application::getConnection();
        $id = $connection->getSqlHelper()->convertToDbString($moduleId);
        $sql = "SELECT NAME, VALUE, '-' AS SITE_ID FROM b_option WHERE MODULE_ID = $id"
            . " UNION ALL SELECT NAME, VALUE, SITE_ID FROM b_option_site WHERE MODULE_ID = $id";
        foreach ($connection->query($sql)->fetchAll() as $row) {
            self::$cache[$moduleId][$row['SITE_ID']][$row['NAME']] = $row['VALUE'];
        }
        return self::$cache[$moduleId];
    }
}
