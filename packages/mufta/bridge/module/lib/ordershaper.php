<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** An order's rows in the shape of the protocol. Pure. */
final class OrderShaper
{
    private const CUSTOMER = ['email', 'phone', 'name', 'address', 'zip'];

    /**
     * @param array<int, list<array<string, mixed>>> $itemProperties by basket row
     * @param array<int, list<array<string, mixed>>> $shipmentItems by shipment
     * @param array<int, int> $stores by shipment
     */
    public function __construct(
        private readonly PropertyRoles $roles,
        private readonly Owned $items,
        private readonly array $itemProperties,
        private readonly Owned $properties,
        private readonly Owned $payments,
        private readonly Owned $shipments,
        private readonly array $shipmentItems,
        private readonly array $stores
    ) {
    }

    /** @return array<string, mixed> */
    public function shape(array $row): array
    {
        $id = (int)$row['ID'];
        $currency = (string)$row['CURRENCY'];
        $properties = $this->properties($id, (int)$row['PERSON_TYPE_ID']);
        $items = $this->items->of($id);
        $hidden = $this->setChildren($items);
        $tax = Decimal::text($row['TAX_VALUE']);
        return [
            'id' => (string)$id,
            'number' => self::textOr($row['ACCOUNT_NUMBER'], (string)$id),
            'siteId' => (string)$row['LID'],
            'xmlId' => self::textOrNull($row['XML_ID']),
            'version' => $row['VERSION'] === null ? null : (int)$row['VERSION'],
            'createdAt' => Clock::iso($row['DATE_INSERT']),
            'updatedAt' => Clock::iso($row['DATE_UPDATE']) ?? Clock::iso($row['DATE_INSERT']),
            'status' => (string)$row['STATUS_ID'],
            'canceled' => self::flag($row['CANCELED']),
            'cancelReason' => self::textOrNull($row['REASON_CANCELED']),
            'paid' => self::flag($row['PAYED']),
            'personType' => (string)$row['PERSON_TYPE_ID'],
            'total' => self::money($row['PRICE'], $currency),
            'discount' => self::money($row['DISCOUNT_VALUE'], $currency),
            'tax' => $tax === null ? null : ['amount' => $tax, 'currency' => $currency],
            'customer' => $this->customer((int)$row['USER_ID'], $properties),
            'customerComment' => self::textOrNull($row['USER_DESCRIPTION']),
            'managerComment' => self::textOrNull($row['COMMENTS']),
            'items' => $this->items($items, $hidden, $currency),
            'properties' => $properties,
            'payments' => self::payments($this->payments->of($id), $currency),
            'shipments' => $this->shipments($this->shipments->of($id), $hidden, $currency),
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
            $properties[] = [
                'code' => (string)$property['CODE'],
                'name' => (string)$property['NAME'],
                'value' => (string)$property['VALUE'],
            ];
        }
        return [
            'id' => (string)$row['ID'],
            'productId' => $productId > 0 ? (string)$productId : null,
            'productXmlId' => self::textOrNull($row['PRODUCT_XML_ID']),
            'name' => (string)$row['NAME'],
            'quantity' => Decimal::orZero($row['QUANTITY']),
            'price' => ['amount' => $price, 'currency' => $currency],
            'basePrice' => ['amount' => $base, 'currency' => $currency],
            'discount' => ['amount' => $discount, 'currency' => $currency],
            'vatRate' => Decimal::percent($row['VAT_RATE']),
            'vatIncluded' => self::flag($row['VAT_INCLUDED']),
            'measureCode' => self::textOrNull($row['MEASURE_CODE']),
            'measureName' => self::textOrNull($row['MEASURE_NAME']),
            'properties' => $properties,
        ];
    }

    private function properties(int $orderId, int $personType): array
    {
        $properties = [];
        foreach ($this->properties->of($orderId) as $row) {
            $properties[] = [
                'id' => (string)$row['ORDER_PROPS_ID'],
                'code' => self::textOrNull($row['CODE']),
                'name' => (string)$row['NAME'],
                'role' => $this->roles->roleOf((int)$row['ORDER_PROPS_ID'], (string)$row['CODE'], $personType),
                'value' => PropertyValue::shape($row['VALUE']),
            ];
        }
        return $properties;
    }

    /** Among several properties of a role, the first that is filled in. */
    private function customer(int $userId, array $properties): array
    {
        $customer = ['id' => $userId > 0 ? (string)$userId : null] + array_fill_keys(self::CUSTOMER, null);
        foreach ($properties as $property) {
            $role = $property['role'];
            if ($role !== null && array_key_exists($role, $customer)) {
                $customer[$role] ??= PropertyValue::firstFilled($property['value']);
            }
        }
        return $customer;
    }

    private static function payments(array $rows, string $orderCurrency): array
    {
        $payments = [];
        foreach ($rows as $row) {
            $payments[] = [
                'id' => (string)$row['ID'],
                'number' => self::textOr($row['ACCOUNT_NUMBER'], (string)$row['ID']),
                'paySystemId' => (string)$row['PAY_SYSTEM_ID'],
                'paySystemName' => (string)$row['PAY_SYSTEM_NAME'],
                'sum' => self::money($row['SUM'], self::textOr($row['CURRENCY'], $orderCurrency)),
                'paid' => self::flag($row['PAID']),
                'paidAt' => Clock::iso($row['DATE_PAID']),
                'isReturn' => !in_array((string)$row['IS_RETURN'], ['', 'N'], true),
                'xmlId' => self::textOrNull($row['XML_ID']),
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
                $items[] = [
                    'basketItemId' => (string)$item['BASKET_ID'],
                    'quantity' => Decimal::orZero($item['QUANTITY']),
                ];
            }
        }
        return [
            'id' => (string)$row['ID'],
            'number' => self::textOr($row['ACCOUNT_NUMBER'], (string)$row['ID']),
            'deliveryId' => (string)$row['DELIVERY_ID'],
            'deliveryName' => (string)$row['DELIVERY_NAME'],
            'status' => (string)$row['STATUS_ID'],
            'price' => self::money($row['PRICE_DELIVERY'], self::textOr($row['CURRENCY'], $orderCurrency)),
            'allowDelivery' => self::flag($row['ALLOW_DELIVERY']),
            'deducted' => self::flag($row['DEDUCTED']),
            'canceled' => self::flag($row['CANCELED']),
            'trackingNumber' => self::textOrNull($row['TRACKING_NUMBER']),
            'storeId' => isset($this->stores[(int)$row['ID']]) ? (string)$this->stores[(int)$row['ID']] : null,
            'items' => $items,
        ];
    }

    private static function money(mixed $amount, string $currency): array
    {
        return ['amount' => Decimal::orZero($amount), 'currency' => $currency];
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
