<?php

declare(strict_types=1);

namespace Bitrix\Sale;

abstract class StatusBase
{
    public const TYPE = '';

    /** @return array<string, string> only the ids of this type */
    public static function getAllStatuses()
    {
        $ids = array_column(static::rows(), 'ID');
        return array_combine($ids, $ids);
    }

    public static function getAllStatusesNames($language = null)
    {
        $names = [];
        foreach (static::rows() as $row) {
            $filter = ['=STATUS_ID' => $row['ID'], '=LID' => $language ?? LANGUAGE_ID];
            $found = Internals\StatusLangTable::getRow(['filter' => $filter]);
            $names[$row['ID']] = $found['NAME'] ?? $row['ID'];
        }
        return $names;
    }

    public static function getList(array $parameters = [])
    {
        $parameters['filter'] = ['=TYPE' => static::TYPE] + ($parameters['filter'] ?? []);
        return Internals\StatusTable::getList($parameters);
    }

    private static function rows(): array
    {
        return Internals\StatusTable::getList(['filter' => ['=TYPE' => static::TYPE], 'order' => ['SORT' => 'ASC']])->fetchAll();
    }
}
