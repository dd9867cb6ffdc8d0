<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/**
 * An order's rows in the shape of the protocol: members by name for the order itself, and its parts, which are many,
 * as lists of values in the order of the contract. Money is one text: the total "100.5 RUB", the others "100.5" where
 * their currency is the order's. Pure.
 */
final class OrderShaper
{
    /** @var array<string, string|null> percent by fraction: few rates, many rows */
    private static array $rates = [];

    /**
     * @param array<int, array<int, list<mixed>>> $items by order and id, as `item` makes them, with their properties
     * @param array<int, array<int, array{int, mixed}>> $properties by order, as `PropertyKinds::shape` makes them
     * @param array<int, array<int, list<mixed>>> $payments by order, as `payment` makes them
     * @param array<int, array<int, list<mixed>>> $shipments by order and id, as `shipment` makes them
     * @param array<int, array<int, list<string>>> $shipmentItems by shipment, as `shipmentItem` makes them
     * @param array<int, int> $stores by shipment
     * @param array<int, array<int, int>> $sets by order: the set of a basket row by the row's id
     */
    public function __construct(
        private readonly array $items,
        private readonly array $properties,
        private readonly array $payments,
        private readonly array $shipments,
        private readonly array $shipmentItems,
        private readonly array $stores,
        private readonly array $sets
    ) {
    }

    /** @return array<string, mixed> in the order of the contract's OrderRow */
    public function shape(array $row): array
    {
        $id = (int)$row['ID'];
        $hidden = $this->setChildren($id);
        $createdAt = Clock::fromText($row['DATE_INSERT_TEXT']);
        return [
            'id' => (string)$id,
            'number' => self::textOr($row['ACCOUNT_NUMBER'], (string)$id),
            'siteId' => (string)$row['LID'],
            'xmlId' => self::textOrNull($row['XML_ID']),
            'version' => $row['VERSION'] === null ? null : (int)$row['VERSION'],
            'createdAt' => $createdAt,
            'updatedAt' => Clock::fromText($row['DATE_UPDATE_TEXT']) ?? $createdAt,
            'status' => (string)$row['STATUS_ID'],
            'canceled' => self::flag($row['CANCELED']),
            'cancelReason' => self::textOrNull($row['REASON_CANCELED']),
            'paid' => self::flag($row['PAYED']),
            'personType' => (string)$row['PERSON_TYPE_ID'],
            'total' => Decimal::orZero($row['PRICE']) . ' ' . $row['CURRENCY'],
            'discount' => Decimal::orZero($row['DISCOUNT_VALUE']),
            'tax' => Decimal::text($row['TAX_VALUE']),
            'userId' => (int)$row['USER_ID'] > 0 ? (string)(int)$row['USER_ID'] : null,
            'customerComment' => self::textOrNull($row['USER_DESCRIPTION']),
            'managerComment' => self::textOrNull($row['COMMENTS']),
            'items' => $this->itemsOf($id, $hidden),
            'properties' => array_values($this->properties[$id] ?? []),
            'payments' => array_values($this->payments[$id] ?? []),
            'shipments' => $this->shipmentsOf($id, $hidden),
        ];
    }

    /** All but its properties, which come last. */
    public static function item(array $row, array $order): array
    {
        $mark = self::currencyMark($row, $order);
        $price = Decimal::orZero($row['PRICE']);
        $discount = Decimal::text($row['DISCOUNT_PRICE']);
        // basePrice = price + discount; the part that is missing is made of the others.
        $base = Decimal::text($row['BASE_PRICE']) ?? Decimal::text((float)$price + (float)($discount ?? '0'));
        $discount ??= Decimal::text((float)$base - (float)$price);
        $productId = (int)$row['PRODUCT_ID'];
        return [
            (string)$row['ID'],
            $productId > 0 ? (string)$productId : null,
            self::textOrNull($row['PRODUCT_XML_ID']),
            (string)$row['NAME'],
            Decimal::orZero($row['QUANTITY']),
            $price . $mark,
            $base . $mark,
            $discount . $mark,
            self::$rates[(string)$row['VAT_RATE']] ??= Decimal::percent($row['VAT_RATE']),
            self::flag($row['VAT_INCLUDED']),
            self::textOrNull($row['MEASURE_CODE']),
            self::textOrNull($row['MEASURE_NAME']),
        ];
    }

    /** @return array{string, string, string} */
    public static function itemProperty(array $row): array
    {
        return [(string)$row['CODE'], (string)$row['NAME'], (string)$row['VALUE']];
    }

    public static function payment(array $row, array $order): array
    {
        return [
            (string)$row['ID'],
            self::textOr($row['ACCOUNT_NUMBER'], (string)$row['ID']),
            (string)$row['PAY_SYSTEM_ID'],
            (string)$row['PAY_SYSTEM_NAME'],
            Decimal::orZero($row['SUM']) . self::currencyMark($row, $order),
            self::flag($row['PAID']),
            Clock::fromText($row['DATE_PAID_TEXT']),
            !in_array((string)$row['IS_RETURN'], ['', 'N'], true),
            self::textOrNull($row['XML_ID']),
        ];
    }

    /** All but its store and its items, which come last. */
    public static function shipment(array $row, array $order): array
    {
        return [
            (string)$row['ID'],
            self::textOr($row['ACCOUNT_NUMBER'], (string)$row['ID']),
            (string)$row['DELIVERY_ID'],
            (string)$row['DELIVERY_NAME'],
            (string)$row['STATUS_ID'],
            Decimal::orZero($row['PRICE_DELIVERY']) . self::currencyMark($row, $order),
            self::flag($row['ALLOW_DELIVERY']),
            self::flag($row['DEDUCTED']),
            self::flag($row['CANCELED']),
            self::textOrNull($row['TRACKING_NUMBER']),
        ];
    }

    /** @return array{string, string} */
    public static function shipmentItem(array $row): array
    {
        return [(string)$row['BASKET_ID'], Decimal::orZero($row['QUANTITY'])];
    }

    /**
     * Rows inside a set: the row of the set carries the money, so they would count twice. That row may name itself as
     * its parent; one whose parent is not in the order stays.
     *
     * @return array<int, int> by the row's id
     */
    private function setChildren(int $orderId): array
    {
        if (!isset($this->sets[$orderId])) {
            return [];
        }
        return array_filter($this->sets[$orderId], fn (int $set): bool => isset($this->items[$orderId][$set]));
    }

    /** @param array<int, int> $hidden basket rows by id */
    private function itemsOf(int $orderId, array $hidden): array
    {
        $items = $this->items[$orderId] ?? [];
        return array_values($hidden === [] ? $items : array_diff_key($items, $hidden));
    }

    /** @param array<int, int> $hidden basket rows by id */
    private function shipmentsOf(int $orderId, array $hidden): array
    {
        $shipments = [];
        foreach ($this->shipments[$orderId] ?? [] as $id => $shipment) {
            $items = $this->shipmentItems[$id] ?? [];
            if ($hidden !== []) {
                $items = array_filter($items, static fn (array $item): bool => !isset($hidden[(int)$item[0]]));
            }
            $shipment[] = isset($this->stores[$id]) ? (string)$this->stores[$id] : null;
            $shipment[] = array_values($items);
            $shipments[] = $shipment;
        }
        return $shipments;
    }

    /** What follows an amount in another currency than the order's. */
    private static function currencyMark(array $row, array $order): string
    {
        $currency = $row['CURRENCY'];
        return $currency === null || $currency === '' || $currency === $order['CURRENCY'] ? '' : ' ' . $currency;
    }

    private static function flag(mixed $value): bool
    {
        return $value === 'Y' || $value === true;
    }

    /** Only null is nothing: the empty text and "0" are values. */
    private static function textOrNull(mixed $value): ?string
    {
        return $value === null ? null : (string)$value;
    }

    private static function textOr(mixed $value, string $default): string
    {
        return $value === null || $value === '' ? $default : (string)$value;
    }
}
