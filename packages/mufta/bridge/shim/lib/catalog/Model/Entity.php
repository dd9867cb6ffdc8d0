<?php

declare(strict_types=1);

namespace Bitrix\Catalog\Model;

use Bitrix\Main\Event;

/** Writes with the model's events: "Bitrix\Catalog\Model\Product::OnAfterUpdate", no leading backslash, with `success`. */
abstract class Entity
{
    /** @return class-string<\Bitrix\Main\ORM\Data\DataManager> */
    abstract protected static function table(): string;

    public static function getList(array $parameters = [])
    {
        return static::table()::getList($parameters);
    }

    public static function add(array $data)
    {
        $fields = $data['fields'] ?? $data;
        $result = static::refused($fields) ?? static::table()::add($fields);
        static::tell('OnAfterAdd', $fields['ID'] ?? $result->getId(), $fields, $result->isSuccess());
        return $result;
    }

    public static function update($id, array $data)
    {
        $fields = $data['fields'] ?? $data;
        $result = static::refused($fields) ?? static::table()::update($id, $fields);
        static::tell('OnAfterUpdate', $id, $fields, $result->isSuccess());
        return $result;
    }

    public static function delete($id)
    {
        $result = static::table()::delete($id);
        static::tell('OnAfterDelete', $id, [], $result->isSuccess());
        return $result;
    }

    /** A negative price or an empty currency is refused; the after-event fires all the same. */
    private static function refused(array $fields): ?\Bitrix\Main\ORM\Data\Result
    {
        if (($fields['PRICE'] ?? 0) >= 0 && ($fields['CURRENCY'] ?? 'RUB') !== '') {
            return null;
        }
        $result = new \Bitrix\Main\ORM\Data\Result();
        $result->addError(new \Bitrix\Main\Error('Wrong price'));
        return $result;
    }

    private static function tell(string $type, $id, array $fields, bool $isGood): void
    {
        $told = ['id' => $id, 'fields' => $fields, 'external_fields' => [], 'actions' => [], 'success' => $isGood];
        (new Event('catalog', static::class . "::$type", $told))->send();
    }
}
