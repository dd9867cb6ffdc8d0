<?php

declare(strict_types=1);

use Bitrix\Main\Loader;
use Bitrix\Sale\Basket;
use Bitrix\Sale\Order;

/** Sample orders for tests. */
final class ShimOrders
{
    /** A new, unsaved order with two rows, one of them fractional and net of VAT, a payment and a shipment. */
    public static function draft(array $of = []): Order
    {
        Loader::requireModule('sale');
        $order = Order::create($of['site'] ?? 's1', 2, 'RUB');
        $order->setField('USER_DESCRIPTION', $of['comment'] ?? 'Позвоните, пожалуйста');
        $basket = Basket::create($of['site'] ?? 's1');
        foreach ($of['items'] ?? self::items() as $row) {
            $item = $basket->createItem('catalog', $row['PRODUCT_ID']);
            $item->setFields(array_diff_key($row, ['PRODUCT_ID' => 0, 'props' => 0]));
            foreach ($row['props'] ?? [] as $code => $value) {
                $property = $item->getPropertyCollection()->createItem();
                $property->setFields(['NAME' => $code, 'CODE' => $code, 'VALUE' => $value]);
            }
        }
        $order->setBasket($basket);
        $shipment = $order->getShipmentCollection()->createItem(['ID' => 2, 'NAME' => 'Курьер']);
        $shipment->setField('PRICE_DELIVERY', $of['delivery'] ?? 300);
        foreach ($basket as $item) {
            $shipment->getShipmentItemCollection()->createItem($item);
        }
        $properties = ($of['properties'] ?? []) + ['FIO' => 'Иван Петров', 'EMAIL' => 'ivan@shop.test', 'PHONE' => '+7 900 000-00-01', 'ZIP' => '101000', 'ADDRESS' => 'Москва, Тверская, 1', 'WISHES' => ['Утром', 'Без звонка']];
        foreach ($properties as $code => $value) {
            $order->getPropertyCollection()->getItemByOrderPropertyCode($code)?->setValue($value);
        }
        $payment = $order->getPaymentCollection()->createItem(['ID' => 2, 'NAME' => 'Банковская карта']);
        \Bitrix\Sale\OrderSums::apply($order);
        $payment->setField('SUM', $order->getPrice());
        return $order;
    }

    public static function place(array $of = []): int
    {
        return (int)self::draft($of)->save()->getId();
    }

    private static function items(): array
    {
        return [
            ['PRODUCT_ID' => 11, 'NAME' => 'Чайник красный', 'PRICE' => 1799.90, 'BASE_PRICE' => 1999.90, 'DISCOUNT_PRICE' => 200, 'QUANTITY' => 2, 'VAT_RATE' => 0.2, 'VAT_INCLUDED' => 'Y', 'PRODUCT_XML_ID' => 'tea-11', 'MEASURE_CODE' => 796, 'MEASURE_NAME' => 'шт', 'props' => ['COLOR' => 'красный']],
            ['PRODUCT_ID' => 12, 'NAME' => 'Сахар', 'PRICE' => 89.50, 'BASE_PRICE' => 89.50, 'QUANTITY' => 1.355, 'VAT_RATE' => null, 'VAT_INCLUDED' => 'N', 'PRODUCT_XML_ID' => 'sugar-12', 'MEASURE_CODE' => 166, 'MEASURE_NAME' => 'кг'],
        ];
    }
}
