<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/**
 * An order's rows in the shape of the protocol: members by name for the order itself, and its parts, which are many,
 * as lists of values in the order of the contract; money is one text, "100.5 RUB". Pure.
 */
final class OrderShaper
{
    private const ROLES = ['email' => 1, 'phone' => 2, 'name' => 3, 'address' => 4, 'zip' => 5];

    /** @var array<string, string|null> percent by fraction: few rates, many rows */
    private array $rates = [];

    /**
     * @param array<int, list<array<string, mixed>>> $items by order
     * @param array<int, list<array<string, mixed>>> $itemProperties by basket row
     * @param array<int, list<array<string, mixed>>> $properties by order
     * @param array<int, list<array<string, mixed>>> $payments by order
     * @param array<int, list<array<string, mixed>>> $shipments by order
     * @param array<int, list<array<string, mixed>>> $shipmentItems by shipment
     * @param array<int, int> $stores by shipment
     */
    public function __construct(
        private readonly PropertyRoles $roles,
        private readonly array $items,
        private readonly array $itemProperties,
        private readonly array $properties,
        private readonly array $payments,
        private readonly array $shipments,
        private readonly array $shipmentItems,
        private readonly array $stores
    ) {
    }

    /** @return array<string, mixed> in the order of the contract's OrderRow */
    public function shape(array $row): array
    {
        $id = (int)$row['ID'];
        $currency = (string)$row['CURRENCY'];
        $properties = $this->properties($id, (int)$row['PERSON_TYPE_ID']);
        $items = $this->items[$id] ?? [];
        $hidden = $this->setChildren($items);
        $tax = Decimal::text($row['TAX_VALUE']);
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
            'total' => self::money($row['PRICE'], $currency),
            'discount' => self::money($row['DISCOUNT_VALUE'], $currency),
            'tax' => $tax === null ? null : "$tax $currency",
            'customer' => self::customer((int)$row['USER_ID'], $properties),
            'customerComment' => self::textOrNull($row['USER_DESCRIPTION']),
            'managerComment' => self::textOrNull($row['COMMENTS']),
            'items' => $this->items($items, $hidden, $currency),
            'properties' => $properties,
            'payments' => self::payments($this->payments[$id] ?? [], $currency),
            'shipments' => $this->shipments($this->shipments[$id] ?? [], $hidden, $currency),
        ];
    }

    /**
     * Rows inside a set: the row of the set carries the money, so they would count twice. That row may name itself as
     * its parent; one whose parent is not in the order stays.
     *
     * @return array<int, true>
     */
    private function setChildren(array $items): array
    {
        $parents = [];
        foreach ($items as $item) {
            $parent = (int)$item['SET_PARENT_ID'];
            if ($parent > 0 && $parent !== (int)$item['ID']) {
                $parents[(int)$item['ID']] = $parent;
            }
        }
        if ($parents === []) {
            return [];
        }
        $ids = array_fill_keys(array_column($items, 'ID'), true);
        return array_fill_keys(array_keys(array_filter($parents, static fn (int $id): bool => isset($ids[$id]))), true);
    }

    /** @param array<int, true> $hidden */
    private function items(array $rows, array $hidden, string $orderCurrency): array
    {
        $items = [];
        foreach ($rows as $row) {
            if (!isset($hidden[(int)$row['ID']])) {
                $items[] = $this->item($row, $orderCurrency);
            }
        }
        return $items;
    }

    private function item(array $row, string $orderCurrency): array
    {
        $currency = self::textOr($row['CURRENCY'], $orderCurrency);
        $price = Decimal::orZero($row['PRICE']);
        $discount = Decimal::text($row['DISCOUNT_PRICE']);
        // basePrice = price + discount; the part that is missing is made of the others.
        $base = Decimal::text($row['BASE_PRICE']) ?? Decimal::text((float)$price + (float)($discount ?? '0'));
        $discount ??= Decimal::text((float)$base - (float)$price);
        $productId = (int)$row['PRODUCT_ID'];
        $properties = [];
        foreach ($this->itemProperties[(int)$row['ID']] ?? [] as $property) {
            $properties[] = [(string)$property['CODE'], (string)$property['NAME'], (string)$property['VALUE']];
        }
        return [
            (string)$row['ID'],
            $productId > 0 ? (string)$productId : null,
            self::textOrNull($row['PRODUCT_XML_ID']),
            (string)$row['NAME'],
            Decimal::orZero($row['QUANTITY']),
            "$price $currency",
            "$base $currency",
            "$discount $currency",
            $this->rates[(string)$row['VAT_RATE']] ??= Decimal::percent($row['VAT_RATE']),
            self::flag($row['VAT_INCLUDED']),
            self::textOrNull($row['MEASURE_CODE']),
            self::textOrNull($row['MEASURE_NAME']),
            $properties,
        ];
    }

    /** @return list<array{string, ?string, string, ?string, string|list<string>|null}> */
    private function properties(int $orderId, int $personType): array
    {
        $properties = [];
        foreach ($this->properties[$orderId] ?? [] as $row) {
            $properties[] = [
                (string)$row['ORDER_PROPS_ID'],
                self::textOrNull($row['CODE']),
                (string)$row['NAME'],
                $this->roles->roleOf((int)$row['ORDER_PROPS_ID'], (string)$row['CODE'], $personType),
                PropertyValue::shape($row['VALUE']),
            ];
        }
        return $properties;
    }

    /** Among several properties of a role, the first that is filled in. */
    private static function customer(int $userId, array $properties): array
    {
        $customer = [$userId > 0 ? (string)$userId : null, null, null, null, null, null];
        foreach ($properties as [, , , $role, $value]) {
            $at = self::ROLES[$role ?? ''] ?? null;
            if ($at !== null) {
                $customer[$at] ??= PropertyValue::firstFilled($value);
            }
        }
        return $customer;
    }

    private static function payments(array $rows, string $orderCurrency): array
    {
        $payments = [];
        foreach ($rows as $row) {
            $payments[] = [
                (string)$row['ID'],
                self::textOr($row['ACCOUNT_NUMBER'], (string)$row['ID']),
                (string)$row['PAY_SYSTEM_ID'],
                (string)$row['PAY_SYSTEM_NAME'],
                self::money($row['SUM'], self::textOr($row['CURRENCY'], $orderCurrency)),
                self::flag($row['PAID']),
                Clock::fromText($row['DATE_PAID_TEXT']),
                !in_array((string)$row['IS_RETURN'], ['', 'N'], true),
                self::textOrNull($row['XML_ID']),
            ];
        }
        return $payments;
    }

    /** @param array<int, true> $hidden */
    private function shipments(array $rows, array $hidden, string $orderCurrency): array
    {
        $shipments = [];
        foreach ($rows as $row) {
            $shipments[] = $this->shipment($row, $orderCurrency, $hidden);
        }
        return $shipments;
    }

    /** @param array<int, true> $hidden */
    private function shipment(array $row, string $orderCurrency, array $hidden): array
    {
        $items = [];
        foreach ($this->shipmentItems[(int)$row['ID']] ?? [] as $item) {
            if (!isset($hidden[(int)$item['BASKET_ID']])) {
                $items[] = [(string)$item['BASKET_ID'], Decimal::orZero($item['QUANTITY'])];
            }
        }
        return [
            (string)$row['ID'],
            self::textOr($row['ACCOUNT_NUMBER'], (string)$row['ID']),
            (string)$row['DELIVERY_ID'],
            (string)$row['DELIVERY_NAME'],
            (string)$row['STATUS_ID'],
            self::money($row['PRICE_DELIVERY'], self::textOr($row['CURRENCY'], $orderCurrency)),
            self::flag($row['ALLOW_DELIVERY']),
            self::flag($row['DEDUCTED']),
            self::flag($row['CANCELED']),
            self::textOrNull($row['TRACKING_NUMBER']),
            isset($this->stores[(int)$row['ID']]) ? (string)$this->stores[(int)$row['ID']] : null,
            $items,
        ];
    }

    private static function money(mixed $amount, string $currency): string
    {
        return Decimal::orZero($amount) . ' ' . $currency;
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
