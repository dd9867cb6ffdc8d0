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
        'ID', 'LID', 'ACCOUNT_NUMBER', 'XML_ID', 'VERSION', 'STATUS_ID', 'CANCELED', 'REASON_CANCELED', 'PAYED',
        'PERSON_TYPE_ID', 'PRICE', 'CURRENCY', 'DISCOUNT_VALUE', 'TAX_VALUE', 'USER_ID', 'USER_DESCRIPTION', 'COMMENTS',
    ];
    private const BASKET = [
        'ID', 'ORDER_ID', 'PRODUCT_ID', 'PRODUCT_XML_ID', 'NAME', 'QUANTITY', 'PRICE', 'BASE_PRICE', 'DISCOUNT_PRICE',
        'CURRENCY', 'VAT_RATE', 'VAT_INCLUDED', 'MEASURE_CODE', 'MEASURE_NAME', 'SET_PARENT_ID',
    ];
    private const PAYMENT = [
        'ID', 'ORDER_ID', 'ACCOUNT_NUMBER', 'PAY_SYSTEM_ID', 'PAY_SYSTEM_NAME', 'SUM', 'CURRENCY', 'PAID', 'IS_RETURN',
        'XML_ID',
    ];
    private const SHIPMENT = [
        'ID', 'ORDER_ID', 'ACCOUNT_NUMBER', 'DELIVERY_ID', 'DELIVERY_NAME', 'STATUS_ID', 'PRICE_DELIVERY', 'CURRENCY',
        'ALLOW_DELIVERY', 'DEDUCTED', 'CANCELED', 'TRACKING_NUMBER',
    ];
    private const BY_ID = ['ID' => 'ASC'];

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
        $select = [...self::ORDER, Rows::timeText('DATE_INSERT'), Rows::timeText('DATE_UPDATE')];
        $rows = Rows::all(OrderTable::class, $select, $filter, self::BY_ID);
        return array_intersect_key(array_column($rows, null, 'ID'), array_flip($ids));
    }

    /** @param non-empty-list<int> $ids of the orders */
    private function shaper(array $ids): OrderShaper
    {
        $ofOrders = Rows::about('ORDER_ID', $ids);
        $values = ['ID', 'ORDER_ID', 'ORDER_PROPS_ID', 'CODE', 'NAME', 'VALUE'];
        $payment = [...self::PAYMENT, Rows::timeText('DATE_PAID')];
        $items = Rows::byOwner(BasketTable::class, 'ORDER_ID', self::BASKET, $ofOrders);
        // The system shipment holds what is not allotted to any delivery yet.
        $real = $ofOrders + ['=SYSTEM' => 'N'];
        $shipments = Rows::byOwner(ShipmentTable::class, 'ORDER_ID', self::SHIPMENT, $real);
        return new OrderShaper(
            new PropertyRoles(),
            items: $items,
            itemProperties: $this->itemProperties(self::idsOf($items)),
            properties: Rows::byOwner(OrderPropsValueTable::class, 'ORDER_ID', $values, $ofOrders),
            payments: Rows::byOwner(PaymentTable::class, 'ORDER_ID', $payment, $ofOrders),
            shipments: $shipments,
            shipmentItems: $this->shipmentItems(self::idsOf($shipments)),
            stores: ShipmentStores::of(array_merge(...$shipments)),
        );
    }

    /** @param list<int> $ids of basket rows */
    private function itemProperties(array $ids): array
    {
        if ($ids === []) {
            return [];
        }
        $select = ['BASKET_ID', 'CODE', 'NAME', 'VALUE'];
        $order = ['SORT' => 'ASC', 'ID' => 'ASC'];
        $rows = Rows::all(BasketPropertyTable::class, $select, Rows::about('BASKET_ID', $ids), $order);
        return Rows::groupBy($rows, 'BASKET_ID');
    }

    /** @param list<int> $ids of shipments */
    private function shipmentItems(array $ids): array
    {
        if ($ids === []) {
            return [];
        }
        $select = ['ID', 'ORDER_DELIVERY_ID', 'BASKET_ID', 'QUANTITY'];
        $filter = Rows::about('ORDER_DELIVERY_ID', $ids);
        return Rows::byOwner(ShipmentItemTable::class, 'ORDER_DELIVERY_ID', $select, $filter);
    }

    /**
     * @param array<int, list<array<string, mixed>>> $groups
     * @return list<int>
     */
    private static function idsOf(array $groups): array
    {
        return array_map(intval(...), array_column(array_merge(...$groups), 'ID'));
    }
}
