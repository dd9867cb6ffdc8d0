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

    public static function add(int $id, array $fields): void
    {
        $fields += ['ID' => $id, 'RESULT' => $id];
        self::tell('OnAfterUserAdd', $fields);
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

    /** The registration without a form: Add, then SimpleRegister. */
    public static function simpleRegister(int $id, array $fields): void
    {
        self::add($id, $fields);
        $fields['USER_ID'] = $id;
        self::tell('OnAfterUserSimpleRegister', $fields);
    }

    /** Passes the bare id. */
    public static function delete(int $id): void
    {
        foreach (GetModuleEvents('main', 'OnAfterUserDelete', true) as $handler) {
            ExecuteModuleEventEx($handler, [$id]);
        }
    }

    private static function tell(string $event, array &$fields): void
    {
        foreach (GetModuleEvents('main', $event, true) as $handler) {
            ExecuteModuleEventEx($handler, [&$fields]);
        }
    }
}

/** Offers and their products, by the link property of the offers' infoblock. */
class CCatalogSku
{
    public static function getProductList($offers, $iblockId = 0)
    {
        $ids = implode(',', array_map('intval', (array)$offers)) ?: '0';
        $rows = Application::getConnection()->query(
            "SELECT P.IBLOCK_ELEMENT_ID AS OFFER, P.VALUE AS PRODUCT FROM b_iblock_element_property P"
            . " INNER JOIN b_catalog_iblock C ON C.SKU_PROPERTY_ID = P.IBLOCK_PROPERTY_ID WHERE P.IBLOCK_ELEMENT_ID IN ($ids)",
        )->fetchAll();
        $found = [];
        foreach ($rows as $row) {
            $found[$row['OFFER']] = ['ID' => $row['PRODUCT'], 'IBLOCK_ID' => 2, 'OFFER_IBLOCK_ID' => 3, 'SKU_PROPERTY_ID' => 30];
        }
        return $found === [] ? false : $found;
    }
}

/** Stocks by the old class: its own events, with the id and the passed fields. */
class CCatalogStoreProduct
{
    public static function Add($fields)
    {
        $id = Application::getConnection()->add('b_catalog_store_product', $fields);
        self::tell('OnStoreProductAdd', $id, $fields);
        return $id;
    }

    public static function Update($id, $fields)
    {
        [$set] = Application::getConnection()->getSqlHelper()->prepareUpdate('b_catalog_store_product', $fields);
        Application::getConnection()->queryExecute("UPDATE b_catalog_store_product SET $set WHERE ID = " . (int)$id);
        self::tell('OnStoreProductUpdate', $id, $fields);
        return $id;
    }

    private static function tell(string $event, $id, $fields): void
    {
        foreach (GetModuleEvents('catalog', $event, true) as $handler) {
            ExecuteModuleEventEx($handler, [$id, $fields]);
        }
    }
}

/** Elements of infoblocks: the after-events of adding and updating fire on failure too, with RESULT, by reference. */
class CIBlockElement
{
    public string $LAST_ERROR = '';

    public function Add($fields)
    {
        $isGood = trim((string)($fields['NAME'] ?? '')) !== '';
        $fields['ID'] = $isGood ? Application::getConnection()->add('b_iblock_element', $fields) : 0;
        $fields['RESULT'] = $isGood ? $fields['ID'] : false;
        self::tell('OnAfterIBlockElementAdd', $fields);
        return $fields['RESULT'];
    }

    public function Update($id, $fields)
    {
        $isGood = trim((string)($fields['NAME'] ?? 'x')) !== '';
        if ($isGood) {
            [$set] = Application::getConnection()->getSqlHelper()->prepareUpdate('b_iblock_element', $fields);
            Application::getConnection()->queryExecute("UPDATE b_iblock_element SET $set, TIMESTAMP_X = NOW() WHERE ID = " . (int)$id);
        }
        $fields += ['ID' => $id, 'IBLOCK_ID' => 2, 'RESULT' => $isGood];
        self::tell('OnAfterIBlockElementUpdate', $fields);
        return $isGood;
    }

    public static function Delete($id)
    {
        $fields = Application::getConnection()->query('SELECT * FROM b_iblock_element WHERE ID = ' . (int)$id)->fetch();
        if ($fields === false) {
            return false;
        }
        Application::getConnection()->queryExecute('DELETE FROM b_iblock_element WHERE ID = ' . (int)$id);
        self::tell('OnAfterIBlockElementDelete', $fields);
        return true;
    }

    private static function tell(string $event, array &$fields): void
    {
        foreach (GetModuleEvents('iblock', $event, true) as $handler) {
            ExecuteModuleEventEx($handler, [&$fields]);
        }
    }
}
