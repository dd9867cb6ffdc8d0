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
     * One order after the other, so that a page of orders is never in memory as a whole.
     *
     * @param list<int> $ids
     * @return \Generator<int, array<string, mixed>> by id, ascending; an order of a site that is not served is missing
     */
    public function each(array $ids): \Generator
    {
        Rows::needModule('sale');
        $orders = $ids === [] ? [] : $this->orders($ids);
        if ($orders === []) {
            return;
        }
        $shaper = $this->shaper(array_keys($orders));
        foreach ($orders as $id => $row) {
            yield $id => $shaper->shape($row);
        }
    }

    /** @return array<string, mixed>|null */
    public function one(int $id): ?array
    {
        return $this->each([$id])->current();
    }

    /**
     * @param non-empty-list<int> $ids
     * @return array<int, array<string, mixed>> rows by id, ascending
     */
    private function orders(array $ids): array
    {
        $filter = Rows::about('ID', $ids);
        $sites = Settings::sites();
        if ($sites !== []) {
            $filter['@LID'] = $sites;
        }
        $rows = Rows::all(OrderTable::class, self::ORDER, $filter, self::BY_ID);
        return array_intersect_key(array_column($rows, null, 'ID'), array_flip($ids));
    }

    /** @param non-empty-list<int> $ids of the orders, in the order in which they will be shaped */
    private function shaper(array $ids): OrderShaper
    {
        $ofOrders = Rows::about('ORDER_ID', $ids);
        $values = ['ORDER_ID', 'ORDER_PROPS_ID', 'CODE', 'NAME', 'VALUE'];
        $items = Rows::all(BasketTable::class, self::BASKET, $ofOrders, self::BY_ORDER);
        // The system shipment holds what is not allotted to any delivery yet.
        $shipments = Rows::all(ShipmentTable::class, self::SHIPMENT, $ofOrders + ['=SYSTEM' => 'N'], self::BY_ORDER);
        $properties = Rows::each(OrderPropsValueTable::class, $values, $ofOrders, self::BY_ORDER);
        $payments = Rows::each(PaymentTable::class, self::PAYMENT, $ofOrders, self::BY_ORDER);
        return new OrderShaper(
            new PropertyRoles(),
            items: new Owned($items, 'ORDER_ID'),
            itemProperties: $this->itemProperties($items),
            properties: new Owned($properties, 'ORDER_ID'),
            payments: new Owned($payments, 'ORDER_ID'),
            shipments: new Owned($shipments, 'ORDER_ID'),
            shipmentItems: $this->shipmentItems($shipments),
            stores: ShipmentStores::of($shipments),
        );
    }

    private function itemProperties(array $items): array
    {
        $select = ['BASKET_ID', 'CODE', 'NAME', 'VALUE'];
        $order = ['BASKET_ID' => 'ASC', 'SORT' => 'ASC', 'ID' => 'ASC'];
        return $this->ofParts(BasketPropertyTable::class, 'BASKET_ID', $items, $select, $order);
    }

    private function shipmentItems(array $shipments): array
    {
        $select = ['ORDER_DELIVERY_ID', 'BASKET_ID', 'QUANTITY'];
        $order = ['ORDER_DELIVERY_ID' => 'ASC', 'ID' => 'ASC'];
        return $this->ofParts(ShipmentItemTable::class, 'ORDER_DELIVERY_ID', $shipments, $select, $order);
    }

    /** @return array<int, list<array<string, mixed>>> by the id of the part */
    private function ofParts(string $table, string $field, array $parts, array $select, array $order): array
    {
        $ids = array_map(intval(...), array_column($parts, 'ID'));
        return $ids === []
            ? []
            : Rows::groupBy(Rows::all($table, $select, Rows::about($field, $ids), $order), $field);
    }
}
