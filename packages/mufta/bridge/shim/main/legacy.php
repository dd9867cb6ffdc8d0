<?php

declare(strict_types=1);

use Bitrix\Main\Application;

/** The admin's event log. */
class CEventLog
{
    public static function Log($severity, $auditType, $module, $item, $description = false, $site = false)
    {
        return self::Add(['SEVERITY' => $severity, 'AUDIT_TYPE_ID' => $auditType, 'MODULE_ID' => $module, 'ITEM_ID' => $item, 'DESCRIPTION' => $description]);
    }

    public static function Add($fields)
    {
        $row = array_map(static fn ($value): string => (string)$value, array_intersect_key($fields, array_flip(['SEVERITY', 'AUDIT_TYPE_ID', 'MODULE_ID', 'ITEM_ID', 'DESCRIPTION'])));
        return Application::getConnection()->add('b_event_log', $row);
    }
}

class CSite
{
    public static function GetList($by = 'sort', $order = 'asc', $filter = [])
    {
        return new CDBResult(Application::getConnection()->query('SELECT LID, LID AS ID, NAME, ACTIVE, DEF, SERVER_NAME, LANGUAGE_ID FROM b_lang ORDER BY SORT, LID')->fetchAll());
    }

    public static function GetNameFormat($default = null, $site = false)
    {
        return '#NAME# #LAST_NAME#';
    }
}

class CGroup
{
    public static function GetList($by = 'c_sort', $order = 'asc', $filter = [])
    {
        return new CDBResult(Application::getConnection()->query('SELECT ID, NAME FROM b_group ORDER BY ID')->fetchAll());
    }
}

class CJSCore
{
    public static function Init($extensions = [], $return = false)
    {
        return true;
    }
}

/** Sends OnAfterUserUpdate as the real class does: on failure too, with the caller's fields and RESULT, by reference. */
class CShimUsers
{
    public static function update(int $id, array $fields, bool $isGood = true): void
    {
        $fields['ID'] = $id;
        $fields['RESULT'] = $isGood;
        self::tell('OnAfterUserUpdate', $fields);
    }

    /** A registration fires Add and then Register; a failed one leaves ID / USER_ID unset. */
    public static function register(int $id, array $fields): void
    {
        $added = $fields;
        $added['ID'] = $id;
        $added['RESULT'] = $id > 0;
        self::tell('OnAfterUserAdd', $added);
        if ($id > 0) {
            $fields['USER_ID'] = $id;
        }
        self::tell('OnAfterUserRegister', $fields);
    }

    private static function tell(string $event, array &$fields): void
    {
        foreach (GetModuleEvents('main', $event, true) as $handler) {
            ExecuteModuleEventEx($handler, [&$fields]);
        }
    }
}
