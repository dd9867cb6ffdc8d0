<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Catalog\MeasureTable;
use Bitrix\Catalog\PriceTable;
use Bitrix\Catalog\ProductTable;
use Bitrix\Catalog\StoreProductTable;
use Bitrix\Catalog\VatTable;
use Bitrix\Iblock\ElementTable;

/** Products, prices and stocks in pages by product id. */
final class CatalogReader
{
    private const BY_ID = ['ID' => 'ASC'];

    /** @return array{products: list<array<string, mixed>>, more: bool} */
    public static function products(?int $afterId, int $limit): array
    {
        self::needCatalog();
        $select = ['ID', 'MEASURE', 'VAT_ID', 'VAT_INCLUDED', 'TIMESTAMP_X'];
        $rows = Rows::all(ProductTable::class, $select, ['>ID' => $afterId ?? 0], self::BY_ID, $limit + 1);
        $page = array_slice($rows, 0, $limit);
        $ids = array_map(static fn (array $row): int => (int)$row['ID'], $page);
        $elements = self::byId(
            ElementTable::class,
            ['ID', 'NAME', 'CODE', 'XML_ID', 'ACTIVE', 'TIMESTAMP_X'],
            ['@ID' => $ids],
            $ids
        );
        $parents = $ids === [] ? [] : (array)\CCatalogSku::getProductList($ids);
        $measures = self::byId(MeasureTable::class, ['ID', 'CODE'], [], $ids);
        $rates = self::byId(VatTable::class, ['ID', 'RATE'], [], $ids);
        $products = [];
        foreach ($page as $row) {
            $element = $elements[(int)$row['ID']] ?? null;
            if ($element !== null) {
                $parent = $parents[(int)$row['ID']]['ID'] ?? null;
                $products[] = self::product($row, $element, $parent, $measures, $rates);
            }
        }
        return ['products' => $products, 'more' => count($rows) > $limit];
    }

    /** @return array{prices: list<array<string, mixed>>, more: bool} */
    public static function prices(?int $afterId, int $limit): array
    {
        self::needCatalog();
        ['ids' => $ids, 'more' => $more] = self::productPage(PriceTable::class, $afterId, $limit);
        $select = ['ID', 'PRODUCT_ID', 'CATALOG_GROUP_ID', 'PRICE', 'CURRENCY', 'QUANTITY_FROM', 'QUANTITY_TO'];
        $order = ['PRODUCT_ID' => 'ASC', 'ID' => 'ASC'];
        $rows = $ids === [] ? [] : Rows::all(PriceTable::class, $select, ['@PRODUCT_ID' => $ids], $order);
        return [
            'prices' => array_map(static fn (array $row): array => [
                'productId' => (string)$row['PRODUCT_ID'],
                'priceTypeId' => (string)$row['CATALOG_GROUP_ID'],
                'price' => ['amount' => Decimal::orZero($row['PRICE']), 'currency' => (string)$row['CURRENCY']],
                'quantityFrom' => Decimal::text($row['QUANTITY_FROM']),
                'quantityTo' => Decimal::text($row['QUANTITY_TO']),
            ], $rows),
            'more' => $more,
        ];
    }

    /** @return array{stocks: list<array<string, mixed>>, more: bool} */
    public static function stocks(?int $afterId, int $limit): array
    {
        self::needCatalog();
        ['ids' => $ids, 'more' => $more] = self::productPage(StoreProductTable::class, $afterId, $limit);
        $select = ['ID', 'PRODUCT_ID', 'STORE_ID', 'AMOUNT', 'QUANTITY_RESERVED'];
        $order = ['PRODUCT_ID' => 'ASC', 'STORE_ID' => 'ASC'];
        $rows = $ids === [] ? [] : Rows::all(StoreProductTable::class, $select, ['@PRODUCT_ID' => $ids], $order);
        return [
            'stocks' => array_map(static fn (array $row): array => [
                'productId' => (string)$row['PRODUCT_ID'],
                'storeId' => (string)$row['STORE_ID'],
                'amount' => Decimal::orZero($row['AMOUNT']),
                'reserved' => Decimal::orZero($row['QUANTITY_RESERVED'] ?? null),
            ], $rows),
            'more' => $more,
        ];
    }

    public static function needCatalog(): void
    {
        Rows::needModule('iblock');
        Rows::needModule('catalog');
    }

    private static function product(
        array $row,
        array $element,
        mixed $parent,
        array $measures,
        array $rates
    ): array {
        $changed = [Clock::iso($row['TIMESTAMP_X']), Clock::iso($element['TIMESTAMP_X'])];
        $unix = static fn (?string $time): int => (int)strtotime((string)$time);
        usort($changed, static fn (?string $a, ?string $b): int => $unix($a) <=> $unix($b));
        $measure = $measures[(int)$row['MEASURE']]['CODE'] ?? null;
        return [
            'id' => (string)$row['ID'],
            'xmlId' => $element['XML_ID'] === null ? null : (string)$element['XML_ID'],
            'name' => (string)$element['NAME'],
            'code' => $element['CODE'] === null ? null : (string)$element['CODE'],
            'active' => $element['ACTIVE'] === 'Y' || $element['ACTIVE'] === true,
            'parentId' => $parent === null ? null : (string)$parent,
            'measureCode' => $measure === null ? null : (string)$measure,
            // The catalogue holds percent, where the basket holds a fraction. No rate at all: null.
            'vatRate' => Decimal::text($rates[(int)$row['VAT_ID']]['RATE'] ?? null),
            'vatIncluded' => $row['VAT_INCLUDED'] === 'Y' || $row['VAT_INCLUDED'] === true,
            'updatedAt' => end($changed) ?: Clock::fromUnix(0),
        ];
    }

    /**
     * The next products that have rows in a table. A product may have many rows, so ids are gathered until the page
     * and one product more are known.
     *
     * @param class-string $table
     * @return array{ids: list<int>, more: bool}
     */
    private static function productPage(string $table, ?int $afterId, int $limit): array
    {
        $ids = [];
        $after = $afterId ?? 0;
        while (count($ids) <= $limit) {
            $rows = Rows::all($table, ['PRODUCT_ID'], ['>PRODUCT_ID' => $after], ['PRODUCT_ID' => 'ASC'], $limit + 1);
            foreach ($rows as $row) {
                $after = (int)$row['PRODUCT_ID'];
                $ids[$after] = $after;
            }
            if (count($rows) <= $limit) {
                break;
            }
        }
        $ids = array_values($ids);
        return ['ids' => array_slice($ids, 0, $limit), 'more' => count($ids) > $limit];
    }

    /**
     * @param class-string $table
     * @param list<int> $ids nothing is read when there are none
     * @return array<int, array<string, mixed>>
     */
    private static function byId(string $table, array $select, array $filter, array $ids): array
    {
        $rows = $ids === [] ? [] : Rows::all($table, $select, $filter, self::BY_ID);
        return array_column($rows, null, 'ID');
    }
}
