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
    private const PROPERTY = ['ID', 'ORDER_ID', 'ORDER_PROPS_ID', 'CODE', 'NAME', 'VALUE'];
    private const PAYMENT = [
        'ID', 'ORDER_ID', 'ACCOUNT_NUMBER', 'PAY_SYSTEM_ID', 'PAY_SYSTEM_NAME', 'SUM', 'CURRENCY', 'PAID', 'IS_RETURN',
        'XML_ID',
    ];
    private const SHIPMENT = [
        'ID', 'ORDER_ID', 'ACCOUNT_NUMBER', 'DELIVERY_ID', 'DELIVERY_NAME', 'STATUS_ID', 'PRICE_DELIVERY', 'CURRENCY',
        'ALLOW_DELIVERY', 'DEDUCTED', 'CANCELED', 'TRACKING_NUMBER',
    ];
    private const BY_ID = ['ID' => 'ASC'];
    /** Beside the shipments of an order stands its system one, which mostly holds nothing. */
    private const WITH_SYSTEM = 2.2;

    private ?PropertyKinds $kinds = null;

    /** @return list<array{string, ?string, string, ?string}> of the orders read last, in the order of their places */
    public function kinds(): array
    {
        return $this->kinds?->all() ?? [];
    }

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
        $shaper = $this->shaper($orders);
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

    /** @param non-empty-array<int, array<string, mixed>> $orders rows by id */
    private function shaper(array $orders): OrderShaper
    {
        $ofOrders = Rows::about('ORDER_ID', array_keys($orders));
        $parts = static fn (string $table, array $select, callable $shape, array $filter = []): array
            => Rows::byOwner($table, 'ORDER_ID', $select, $ofOrders + $filter, $orders, $shape);
        $this->kinds = new PropertyKinds(new PropertyRoles());
        $sets = [];
        $item = static function (array $row, array $order) use (&$sets): array {
            $set = (int)$row['SET_PARENT_ID'];
            if ($set > 0 && $set !== (int)$row['ID']) {
                $sets[(int)$order['ID']][(int)$row['ID']] = $set;
            }
            return OrderShaper::item($row, $order);
        };
        $items = $this->withProperties($parts(BasketTable::class, self::BASKET, $item));
        // The system shipment holds what is not allotted to any delivery yet.
        $real = ['=SYSTEM' => 'N'];
        $shipments = $parts(ShipmentTable::class, self::SHIPMENT, OrderShaper::shipment(...), $real);
        $payment = [...self::PAYMENT, Rows::timeText('DATE_PAID')];
        $ofShipments = self::byId($shipments);
        return new OrderShaper(
            items: $items,
            properties: $parts(OrderPropsValueTable::class, self::PROPERTY, $this->kinds->shape(...)),
            payments: $parts(PaymentTable::class, $payment, OrderShaper::payment(...)),
            shipments: $shipments,
            shipmentItems: $this->shipmentItems($ofShipments),
            stores: ShipmentStores::of(array_map(static fn (array $one): int => (int)$one[2], $ofShipments)),
            sets: $sets,
        );
    }

    /**
     * @param array<int, array<int, list<mixed>>> $items by order and id
     * @return array<int, array<int, list<mixed>>> the same, each with its properties at its end
     */
    private function withProperties(array $items): array
    {
        $properties = $this->itemProperties(self::byId($items));
        foreach ($items as &$ofOrder) {
            foreach ($ofOrder as $id => &$item) {
                $item[] = $properties[$id] ?? [];
            }
            unset($item);
        }
        return $items;
    }

    /**
     * @param array<int, mixed> $items by id
     * @return array<int, list<list<string>>> by basket row
     */
    private function itemProperties(array $items): array
    {
        if ($items === []) {
            return [];
        }
        $select = ['BASKET_ID', 'CODE', 'NAME', 'VALUE'];
        $filter = Rows::about('BASKET_ID', array_keys($items));
        $properties = [];
        foreach (Rows::all(BasketPropertyTable::class, $select, $filter, ['SORT' => 'ASC', 'ID' => 'ASC']) as $row) {
            $properties[(int)$row['BASKET_ID']][] = OrderShaper::itemProperty($row);
        }
        return $properties;
    }

    /**
     * @param array<int, mixed> $shipments by id
     * @return array<int, array<int, list<string>>> by shipment
     */
    private function shipmentItems(array $shipments): array
    {
        if ($shipments === []) {
            return [];
        }
        $select = ['ID', 'ORDER_DELIVERY_ID', 'BASKET_ID', 'QUANTITY'];
        $filter = Rows::about('ORDER_DELIVERY_ID', array_keys($shipments), self::WITH_SYSTEM);
        $shape = OrderShaper::shipmentItem(...);
        return Rows::byOwner(ShipmentItemTable::class, 'ORDER_DELIVERY_ID', $select, $filter, $shipments, $shape);
    }

    /**
     * @param array<int, array<int, list<mixed>>> $groups
     * @return array<int, list<mixed>>
     */
    private static function byId(array $groups): array
    {
        return array_replace([], ...$groups);
    }
}
