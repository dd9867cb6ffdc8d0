<?php

declare(strict_types=1);

use Bitrix\Main\Application;

/** Agents in b_agent. CheckAgents is what the end of a hit (or cron_events.php) runs. */
class CAgent
{
    private const LOCK_SECONDS = 600;

    /** The duplicate check is by NAME alone; with $existError a duplicate is an error and returns false. */
    public static function AddAgent($name, $module = '', $period = 'N', $interval = 86400, $dateCheck = '', $active = 'Y', $nextExec = '', $sort = 100, $userId = false, $existError = true)
    {
        Shim::point('AddAgent');
        $connection = Application::getConnection();
        $helper = $connection->getSqlHelper();
        $text = $helper->convertToDbString($name);
        $found = $connection->query("SELECT ID FROM b_agent WHERE NAME = $text")->fetch();
        if ($found !== false) {
            if ($existError) {
                $GLOBALS['APPLICATION']->ThrowException("Agent \"$name\" already exists.");
                return false;
            }
            return $found['ID'];
        }
        if ($nextExec !== '' && \DateTime::createFromFormat('d.m.Y H:i:s', $nextExec) === false) {
            $GLOBALS['APPLICATION']->ThrowException('The date of the next run is incorrect.');
            return false;
        }
        $interval = (int)$interval;
        $next = $nextExec === ''
            ? "DATE_ADD(NOW(), INTERVAL $interval SECOND)"
            : $helper->convertToDbString(\DateTime::createFromFormat('d.m.Y H:i:s', $nextExec)->format('Y-m-d H:i:s'));
        $values = [$text, $helper->convertToDbString($module), $period === 'Y' ? "'Y'" : "'N'", $interval, $active === 'N' ? "'N'" : "'Y'", $next, (int)$sort];
        $connection->queryExecute(
            'INSERT INTO b_agent (NAME, MODULE_ID, IS_PERIOD, AGENT_INTERVAL, ACTIVE, NEXT_EXEC, SORT) VALUES (' . implode(', ', $values) . ')',
        );
        return (string)$connection->getInsertedId();
    }

    public static function RemoveAgent($name, $module = '', $userId = false)
    {
        $helper = Application::getConnection()->getSqlHelper();
        $where = 'NAME = ' . $helper->convertToDbString($name) . ($module === '' ? '' : ' AND MODULE_ID = ' . $helper->convertToDbString($module));
        Application::getConnection()->queryExecute("DELETE FROM b_agent WHERE $where");
    }

    public static function RemoveModuleAgents($module)
    {
        $helper = Application::getConnection()->getSqlHelper();
        Application::getConnection()->queryExecute('DELETE FROM b_agent WHERE MODULE_ID = ' . $helper->convertToDbString($module));
    }

    public static function GetList($order = [], $filter = [])
    {
        $helper = Application::getConnection()->getSqlHelper();
        $where = ['1 = 1'];
        foreach (array_intersect_key($filter, array_flip(['NAME', 'MODULE_ID', 'ID', 'ACTIVE'])) as $name => $value) {
            $where[] = "$name LIKE " . $helper->convertToDbString($value);
        }
        $rows = Application::getConnection()->query('SELECT * FROM b_agent WHERE ' . implode(' AND ', $where) . ' ORDER BY ID')->fetchAll();
        return new CDBResult(array_map(
            static fn (array $row): array => array_map(static fn ($value) => $value instanceof \Bitrix\Main\Type\Date ? (string)$value : $value, $row),
            $rows,
        ));
    }

    public static function Update($id, $fields)
    {
        [$set] = Application::getConnection()->getSqlHelper()->prepareUpdate('b_agent', $fields);
        Application::getConnection()->queryExecute("UPDATE b_agent SET $set WHERE ID = " . (int)$id);
        return true;
    }

    public static function Delete($id)
    {
        Application::getConnection()->queryExecute('DELETE FROM b_agent WHERE ID = ' . (int)$id);
        return true;
    }

    /**
     * Runs what is due. Selected agents are locked for 600 s by DATE_CHECK; the name is evaluated and its return value is
     * the next name; an empty one deletes the agent; an exception leaves RUNNING = 'Y' and RETRY_COUNT + 1.
     */
    public static function CheckAgents()
    {
        if (defined('NO_AGENT_CHECK') && NO_AGENT_CHECK === true) {
            return null;
        }
        $connection = Application::getConnection();
        $onCron = defined('BX_CRONTAB');
        $kind = Shim::option('agents_use_crontab', 'N') === 'Y' ? "AND IS_PERIOD = '" . ($onCron ? 'N' : 'Y') . "'" : '';
        if (!$connection->lock('agent', 0)) {
            return null;
        }
        $due = $connection->query(
            "SELECT * FROM b_agent WHERE ACTIVE = 'Y' AND NEXT_EXEC <= NOW() AND (DATE_CHECK IS NULL OR DATE_CHECK <= NOW()) $kind"
            . ' ORDER BY RUNNING, SORT DESC LIMIT 100',
        )->fetchAll();
        $ids = implode(',', array_map(static fn (array $agent): int => (int)$agent['ID'], $due));
        if ($ids !== '') {
            $connection->queryExecute('UPDATE b_agent SET DATE_CHECK = DATE_ADD(NOW(), INTERVAL ' . self::LOCK_SECONDS . " SECOND) WHERE ID IN ($ids)");
        }
        $connection->unlock('agent');
        array_map(self::runAgent(...), $due);
        return '';
    }

    private static function runAgent(array $agent): void
    {
        $connection = Application::getConnection();
        $helper = $connection->getSqlHelper();
        $id = (int)$agent['ID'];
        $GLOBALS['USER'] = null;
        $connection->queryExecute("UPDATE b_agent SET RUNNING = 'Y', RETRY_COUNT = RETRY_COUNT + 1 WHERE ID = $id");
        if ($agent['MODULE_ID'] !== '' && !\Bitrix\Main\Loader::includeModule($agent['MODULE_ID'])) {
            return;
        }
        try {
            $next = eval('return ' . $agent['NAME']);
        } catch (\Throwable $error) {
            CEventLog::Log('WARNING', 'AGENT_ERROR', $agent['MODULE_ID'], (string)$id, $error->getMessage());
            return;
        }
        if ((string)$next === '') {
            $connection->queryExecute("DELETE FROM b_agent WHERE ID = $id");
            return;
        }
        $interval = (int)$agent['AGENT_INTERVAL'];
        $from = $agent['IS_PERIOD'] === 'Y' ? 'NEXT_EXEC' : 'NOW()';
        $connection->queryExecute(
            'UPDATE b_agent SET NAME = ' . $helper->convertToDbString((string)$next)
            . ", LAST_EXEC = NOW(), NEXT_EXEC = DATE_ADD($from, INTERVAL $interval SECOND), DATE_CHECK = NULL, RUNNING = 'N',"
            . " RETRY_COUNT = 0 WHERE ID = $id",
        );
    }
}
