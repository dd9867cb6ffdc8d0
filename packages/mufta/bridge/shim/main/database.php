<?php

declare(strict_types=1);

use Bitrix\Main\Application;

/** The old kernel's $DB: only what installers use of it. */
class CDatabase
{
    public string $type = 'MYSQL';

    /** Returns FALSE when all went well, else a list of error texts (HTML). Does not stop at the first error. */
    public function RunSQLBatch($filename, $bIncremental = false)
    {
        if (!is_file($filename) || !is_readable($filename)) {
            return ["File $filename is not found."];
        }
        $errors = Application::getConnection()->executeSqlBatch((string)file_get_contents($filename));
        return $errors === [] ? false : array_map('htmlspecialcharsbx', $errors);
    }

    public function Query($sql, $ignoreErrors = false, $position = '')
    {
        try {
            return new CDBResult(Application::getConnection()->query($sql)->fetchAll());
        } catch (\Bitrix\Main\DB\SqlQueryException $error) {
            if ($ignoreErrors) {
                return false;
            }
            throw $error;
        }
    }

    public function ForSql($value, $maxLength = 0)
    {
        return Application::getConnection()->getSqlHelper()->forSql((string)$value, $maxLength);
    }

    public function TableExists($table)
    {
        return Application::getConnection()->isTableExists($table);
    }

    public function LastID()
    {
        return Application::getConnection()->getInsertedId();
    }

    public function CurrentTimeFunction()
    {
        return 'NOW()';
    }
}

class CDBResult
{
    private int $next = 0;

    /** @param list<array<string, mixed>> $rows */
    public function __construct(private array $rows = [])
    {
    }

    public function Fetch()
    {
        $row = $this->rows[$this->next] ?? false;
        $this->next++;
        return $row;
    }

    public function GetNext()
    {
        $row = $this->Fetch();
        if ($row === false) {
            return false;
        }
        $safe = [];
        foreach ($row as $name => $value) {
            $safe[$name] = is_string($value) ? htmlspecialcharsbx($value) : $value;
            $safe["~$name"] = $value;
        }
        return $safe;
    }

    public function SelectedRowsCount()
    {
        return count($this->rows);
    }
}
