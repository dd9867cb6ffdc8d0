<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Catalog\GroupTable;
use Bitrix\Catalog\StoreTable;
use Bitrix\Main\Loader;
use Bitrix\Main\SiteTable;
use Bitrix\Sale\Delivery\Services\Table as DeliveryTable;
use Bitrix\Sale\Internals\OrderPropsTable;
use Bitrix\Sale\Internals\PaySystemActionTable;
use Bitrix\Sale\Internals\PersonTypeTable;
use Bitrix\Sale\Internals\StatusLangTable;
use Bitrix\Sale\Internals\StatusTable;

/** The shop's lists, each as code, name and whether it is in use. */
final class Dictionaries
{
    private const BY_ID = ['ID' => 'ASC'];

    /** @return array<string, list<array{code: string, name: string, active: bool}>> */
    public static function all(): array
    {
        Rows::needModule('sale');
        $hasCatalog = Loader::includeModule('catalog');
        return [
            'statuses' => self::statuses('O'),
            'shipmentStatuses' => self::statuses('D'),
            'paymentTypes' => self::paymentTypes(),
            'deliveryTypes' => self::deliveryTypes(),
            'personTypes' => self::entries(PersonTypeTable::class, 'NAME', 'ACTIVE'),
            'sites' => self::sites(),
            'properties' => self::entries(OrderPropsTable::class, 'NAME', 'ACTIVE'),
            'stores' => $hasCatalog ? self::entries(StoreTable::class, 'TITLE', 'ACTIVE') : [],
            'priceTypes' => $hasCatalog ? self::entries(GroupTable::class, 'NAME', null) : [],
        ];
    }

    /** @return list<array{code: string, name: string, active: bool}> */
    public static function sites(): array
    {
        $rows = Rows::all(SiteTable::class, ['LID', 'NAME', 'ACTIVE'], [], ['SORT' => 'ASC', 'LID' => 'ASC']);
        return array_map(
            static fn (array $row): array => self::entry($row['LID'], $row['NAME'], $row['ACTIVE']),
            $rows
        );
    }

    /** @return list<array{code: string, name: string, active: bool}> */
    public static function statuses(string $type): array
    {
        $order = ['SORT' => 'ASC', 'ID' => 'ASC'];
        $rows = Rows::all(StatusTable::class, ['ID'], ['=TYPE' => $type], $order);
        $names = self::statusNames();
        return array_map(
            static fn (array $row): array => self::entry($row['ID'], $names[(string)$row['ID']] ?? $row['ID'], 'Y'),
            $rows
        );
    }

    /** Russian before English before anything else. @return array<array-key, string> */
    private static function statusNames(): array
    {
        $rows = Rows::all(StatusLangTable::class, ['STATUS_ID', 'LID', 'NAME'], [], ['STATUS_ID' => 'ASC']);
        $rank = static fn (array $row): int => ['ru' => 2, 'en' => 1][$row['LID']] ?? 0;
        usort($rows, static fn (array $a, array $b): int => $rank($a) <=> $rank($b));
        $names = [];
        foreach ($rows as $row) {
            if ((string)$row['NAME'] !== '') {
                $names[(string)$row['STATUS_ID']] = (string)$row['NAME'];
            }
        }
        return $names;
    }

    private static function paymentTypes(): array
    {
        $select = ['ID', 'NAME', 'ACTIVE'];
        $rows = Rows::all(PaySystemActionTable::class, $select, ['=ENTITY_REGISTRY_TYPE' => 'ORDER'], self::BY_ID);
        return array_map(
            static fn (array $row): array => self::entry($row['ID'], $row['NAME'], $row['ACTIVE']),
            $rows
        );
    }

    /** Folders of deliveries are no deliveries. */
    private static function deliveryTypes(): array
    {
        $rows = Rows::all(DeliveryTable::class, ['ID', 'NAME', 'ACTIVE', 'CLASS_NAME'], [], self::BY_ID);
        $rows = array_filter(
            $rows,
            static fn (array $row): bool => !str_ends_with((string)$row['CLASS_NAME'], '\Services\Group')
        );
        return array_values(array_map(
            static fn (array $row): array => self::entry($row['ID'], $row['NAME'], $row['ACTIVE']),
            $rows
        ));
    }

    /** @param class-string $table */
    private static function entries(string $table, string $name, ?string $active): array
    {
        $select = $active === null ? ['ID', $name] : ['ID', $name, $active];
        return array_map(
            static fn (array $row): array => self::entry($row['ID'], $row[$name], $row[(string)$active] ?? 'Y'),
            Rows::all($table, $select, [], self::BY_ID)
        );
    }

    private static function entry(mixed $code, mixed $name, mixed $active): array
    {
        $text = (string)$name;
        return [
            'code' => (string)$code,
            'name' => $text === '' ? (string)$code : $text,
            'active' => $active === 'Y' || $active === true,
        ];
    }
}
