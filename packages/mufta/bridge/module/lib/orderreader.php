<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Sale\Internals\BasketPropertyTable;
use Bitrix\Sale\Internals\BasketTable;
use Bitrix\Sale\Internals\OrderPropsValueTable;
use Bitrix\Sale\Internals\OrderTable;
use Bitrix\Sale\Internals\PaymentTable;
use Bitrix\Sale\Internals\ShipmentItemTable;
use Bitrix\Sale\Internals\ShipmentTable;

/**
 * Whole orders by their ids, in nine queries whatever the number of orders, eleven where stores can be chosen. Rows are
 * read rather than order objects: an object loads each of its parts by a query of its own, and touching it can start
 * the shop's recalculation.
 */
final class OrderReader
{
    private const ORDER = [
        'ID', 'LID', 'ACCOUNT_NUMBER', 'XML_ID', 'VERSION', 'DATE_INSERT', 'DATE_UPDATE', 'STATUS_ID', 'CANCELED',
        'REASON_CANCELED', 'PAYED', 'PERSON_TYPE_ID', 'PRICE', 'CURRENCY', 'DISCOUNT_VALUE', 'TAX_VALUE', 'USER_ID',
        'USER_DESCRIPTION', 'COMMENTS',
    ];
    private const BASKET = [
        'ID', 'ORDER_ID', 'PRODUCT_ID', 'PRODUCT_XML_ID', 'NAME', 'QUANTITY', 'PRICE', 'BASE_PRICE', 'DISCOUNT_PRICE',
        'CURRENCY', 'VAT_RATE', 'VAT_INCLUDED', 'MEASURE_CODE', 'MEASURE_NAME', 'SET_PARENT_ID',
    ];
    private const PAYMENT = [
        'ID', 'ORDER_ID', 'ACCOUNT_NUMBER', 'PAY_SYSTEM_ID', 'PAY_SYSTEM_NAME', 'SUM', 'CURRENCY', 'PAID', 'DATE_PAID',
        'IS_RETURN', 'XML_ID',
    ];
    private const SHIPMENT = [
        'ID', 'ORDER_ID', 'ACCOUNT_NUMBER', 'DELIVERY_ID', 'DELIVERY_NAME', 'STATUS_ID', 'PRICE_DELIVERY', 'CURRENCY',
        'ALLOW_DELIVERY', 'DEDUCTED', 'CANCELED', 'TRACKING_NUMBER',
    ];
    private const BY_ID = ['ID' => 'ASC'];
    /** The order in which the index of the owner holds the rows: nothing to sort. */
    private const BY_ORDER = ['ORDER_ID' => 'ASC', 'ID' => 'ASC'];

    /**
     * @param list<int> $ids
     * @return array{orders: list<array<string, mixed>>, missing: list<string>} an order of a site that is not served
     *   is missing
     */
    public function read(array $ids): array
    {
        Rows::needModule('sale');
        if ($ids === []) {
            return ['orders' => [], 'missing' => []];
        }
        $orders = array_filter(
            Rows::all(OrderTable::class, self::ORDER, ['@ID' => $ids], self::BY_ID),
            static fn (array $row): bool => Settings::servesSite((string)$row['LID'])
        );
        $found = array_map(static fn (array $row): int => (int)$row['ID'], array_values($orders));
        $missing = array_map(strval(...), array_values(array_diff($ids, $found)));
        if ($found === []) {
            return ['orders' => [], 'missing' => $missing];
        }
        $parts = $this->parts($found);
        $stores = ShipmentStores::of(array_merge(...array_values($parts['shipments'])));
        $shaper = new OrderShaper($parts, new PropertyRoles(), $stores);
        return ['orders' => array_values(array_map($shaper->shape(...), $orders)), 'missing' => $missing];
    }

    /**
     * @param list<int> $ids
     * @return array<string, array<int, list<array<string, mixed>>>>
     */
    private function parts(array $ids): array
    {
        $ofOrders = ['@ORDER_ID' => $ids];
        $values = ['ID', 'ORDER_ID', 'ORDER_PROPS_ID', 'CODE', 'NAME', 'VALUE'];
        $items = Rows::all(BasketTable::class, self::BASKET, $ofOrders, self::BY_ORDER);
        // The system shipment holds what is not allotted to any delivery yet.
        $shipments = Rows::all(ShipmentTable::class, self::SHIPMENT, $ofOrders + ['=SYSTEM' => 'N'], self::BY_ORDER);
        return [
            'items' => Rows::groupBy($items, 'ORDER_ID'),
            'itemProperties' => Rows::groupBy($this->itemProperties($items), 'BASKET_ID'),
            'properties' => Rows::groupBy(
                Rows::all(OrderPropsValueTable::class, $values, $ofOrders, self::BY_ORDER),
                'ORDER_ID'
            ),
            'payments' => Rows::groupBy(
                Rows::all(PaymentTable::class, self::PAYMENT, $ofOrders, self::BY_ORDER),
                'ORDER_ID'
            ),
            'shipments' => Rows::groupBy($shipments, 'ORDER_ID'),
            'shipmentItems' => Rows::groupBy($this->shipmentItems($shipments), 'ORDER_DELIVERY_ID'),
        ];
    }

    private function itemProperties(array $items): array
    {
        $ids = array_map(static fn (array $row): int => (int)$row['ID'], $items);
        $select = ['ID', 'BASKET_ID', 'CODE', 'NAME', 'VALUE'];
        $order = ['BASKET_ID' => 'ASC', 'SORT' => 'ASC', 'ID' => 'ASC'];
        return $ids === [] ? [] : Rows::all(BasketPropertyTable::class, $select, ['@BASKET_ID' => $ids], $order);
    }

    private function shipmentItems(array $shipments): array
    {
        $ids = array_map(static fn (array $row): int => (int)$row['ID'], $shipments);
        $select = ['ID', 'ORDER_DELIVERY_ID', 'BASKET_ID', 'QUANTITY'];
        $filter = ['@ORDER_DELIVERY_ID' => $ids];
        $order = ['ORDER_DELIVERY_ID' => 'ASC', 'ID' => 'ASC'];
        return $ids === [] ? [] : Rows::all(ShipmentItemTable::class, $select, $filter, $order);
    }
}
