<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Catalog\Model\Price;
use Bitrix\Catalog\Model\Product;
use Bitrix\Catalog\PriceTable;
use Bitrix\Catalog\ProductTable;
use Bitrix\Catalog\StoreProductTable;

/** Prices and stocks, row by row: one that fails does not stop the others. Setting the same again changes nothing. */
final class CatalogWriter
{
    /** @param list<Args> $prices */
    public static function prices(array $prices, Deadline $deadline): array
    {
        CatalogReader::needCatalog();
        return self::each($prices, $deadline, self::price(...));
    }

    /** @param list<Args> $stocks */
    public static function stocks(array $stocks, Deadline $deadline): array
    {
        CatalogReader::needCatalog();
        return self::each($stocks, $deadline, self::stock(...));
    }

    /**
     * @param list<Args> $items
     * @return array{done: int, failed: list<array{index: int, code: string, message: string}>}
     */
    private static function each(array $items, Deadline $deadline, callable $write): array
    {
        $done = 0;
        $failed = [];
        foreach ($items as $index => $item) {
            try {
                $deadline->check();
                $write($item);
                $done++;
            } catch (Failure $failure) {
                $failed[] = ['index' => $index, 'code' => $failure->reason, 'message' => $failure->getMessage()];
            } catch (\Throwable $error) {
                Log::exception('CATALOG_WRITE_FAILED', $error);
                $failed[] = ['index' => $index, 'code' => 'INTERNAL', 'message' => 'The site failed on this row'];
            }
        }
        return ['done' => $done, 'failed' => $failed];
    }

    private static function price(Args $args): void
    {
        $args->allow('productId', 'priceTypeId', 'price', 'quantityFrom', 'quantityTo');
        $product = $args->id('productId');
        $money = $args->map('price')->allow('amount', 'currency');
        $fields = [
            'PRODUCT_ID' => $product,
            'CATALOG_GROUP_ID' => $args->id('priceTypeId'),
            'PRICE' => $money->decimal('amount'),
            'CURRENCY' => $money->text('currency', 3),
            'QUANTITY_FROM' => self::whole($args->decimalOrNull('quantityFrom')),
            'QUANTITY_TO' => self::whole($args->decimalOrNull('quantityTo')),
        ];
        self::needProduct($product);
        $present = self::presentPrice($fields);
        if ($present === null) {
            self::check(Price::add($fields));
            return;
        }
        $isSame = Decimal::text($present['PRICE']) === Decimal::text($fields['PRICE'])
            && $present['CURRENCY'] === $fields['CURRENCY'];
        if (!$isSame) {
            self::check(Price::update((int)$present['ID'], [
                'PRICE' => $fields['PRICE'],
                'CURRENCY' => $fields['CURRENCY'],
            ]));
        }
    }

    /** One row per product, price type and range of quantity. @return array<string, mixed>|null */
    private static function presentPrice(array $fields): ?array
    {
        $select = ['ID', 'PRICE', 'CURRENCY', 'QUANTITY_FROM', 'QUANTITY_TO'];
        $filter = [
            '=PRODUCT_ID' => $fields['PRODUCT_ID'],
            '=CATALOG_GROUP_ID' => $fields['CATALOG_GROUP_ID'],
        ];
        foreach (Rows::all(PriceTable::class, $select, $filter, ['ID' => 'ASC']) as $row) {
            $isRange = self::whole(Decimal::text($row['QUANTITY_FROM'])) === $fields['QUANTITY_FROM']
                && self::whole(Decimal::text($row['QUANTITY_TO'])) === $fields['QUANTITY_TO'];
            if ($isRange) {
                return $row;
            }
        }
        return null;
    }

    /**
     * The store's amount, then the product's available quantity, which the kernel does not derive by itself: what
     * lies in all stores less what is reserved. Reservations belong to the shop and are not written.
     */
    private static function stock(Args $args): void
    {
        $args->allow('productId', 'storeId', 'amount', 'reserved');
        $product = $args->id('productId');
        $fields = ['PRODUCT_ID' => $product, 'STORE_ID' => $args->id('storeId'), 'AMOUNT' => $args->decimal('amount')];
        self::needProduct($product);
        Sql::locked('stock_' . $product, 5, static function () use ($fields, $product): void {
            self::storeRow($fields);
            self::total($product);
        });
    }

    private static function storeRow(array $fields): void
    {
        $filter = ['=PRODUCT_ID' => $fields['PRODUCT_ID'], '=STORE_ID' => $fields['STORE_ID']];
        $row = Rows::all(StoreProductTable::class, ['ID', 'AMOUNT'], $filter, ['ID' => 'ASC'], 1)[0] ?? null;
        if ($row === null) {
            self::check(StoreProductTable::add($fields));
            return;
        }
        if (Decimal::text($row['AMOUNT']) !== Decimal::text($fields['AMOUNT'])) {
            self::check(StoreProductTable::update((int)$row['ID'], ['AMOUNT' => $fields['AMOUNT']]));
        }
    }

    private static function total(int $product): void
    {
        $select = ['ID', 'AMOUNT'];
        $rows = Rows::all(StoreProductTable::class, $select, ['=PRODUCT_ID' => $product], ['ID' => 'ASC']);
        $inStores = array_sum(array_map(static fn (array $row): float => (float)$row['AMOUNT'], $rows));
        $row = self::needProduct($product);
        $quantity = Decimal::orZero($inStores - (float)$row['QUANTITY_RESERVED']);
        if (Decimal::text($row['QUANTITY']) !== $quantity) {
            self::check(Product::update($product, ['QUANTITY' => $quantity]));
        }
    }

    /** @return array<string, mixed> */
    private static function needProduct(int $id): array
    {
        $select = ['ID', 'QUANTITY', 'QUANTITY_RESERVED'];
        $row = Rows::all(ProductTable::class, $select, ['=ID' => $id], ['ID' => 'ASC'], 1)[0] ?? null;
        if ($row === null) {
            throw new Failure('NOT_FOUND', 'The catalogue has no such product');
        }
        return $row;
    }

    private static function check(mixed $result): void
    {
        if (is_object($result) && method_exists($result, 'isSuccess') && !$result->isSuccess()) {
            throw new Failure('REFUSED', mb_substr(strip_tags(implode('; ', $result->getErrorMessages())), 0, 300));
        }
    }

    /** Bounds of a quantity range are whole numbers to the kernel; null = open. */
    private static function whole(?string $value): ?int
    {
        return $value === null ? null : (int)$value;
    }
}
