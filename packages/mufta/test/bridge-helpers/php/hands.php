<?php

declare(strict_types=1);

use Bitrix\Main\Application;
use Bitrix\Main\Loader;
use Bitrix\Sale\Basket;
use Bitrix\Sale\Delivery\Services\Manager as Deliveries;
use Bitrix\Sale\Order;
use Bitrix\Sale\OrderSums;
use Bitrix\Sale\PaySystem\Manager as PaySystems;

/** Buyers and managers of the shared suite, at a site of the stand-in kernel. */
final class Hands
{
    /** @return list<string> ids */
    public static function place(array $orders, int $secondsAgo): array
    {
        Loader::requireModule('sale');
        $ids = array_map(self::placeOne(...), $orders);
        self::date($ids, $secondsAgo, ['DATE_INSERT', 'DATE_UPDATE']);
        return $ids;
    }

    public static function edit(string $id, array $fields, int $secondsAgo): array
    {
        Loader::requireModule('sale');
        $order = Order::load((int)$id);
        $errors = $order->setFields($fields)->getErrorMessages();
        $errors = [...$errors, ...$order->save()->getErrorMessages()];
        self::date([$id], $secondsAgo, ['DATE_UPDATE']);
        return $errors;
    }

    public static function delete(string $id): array
    {
        Loader::requireModule('sale');
        return Order::delete((int)$id)->getErrorMessages();
    }

    private static function placeOne(array $of): string
    {
        $order = Order::create($of['siteId'] ?? 's1', $of['userId'], 'RUB');
        $order->setPersonTypeId($of['personTypeId']);
        $order->setFields($of['fields']);
        $basket = Basket::create('s1');
        foreach ($of['items'] as $row) {
            $item = $basket->createItem('catalog', $row['fields']['PRODUCT_ID']);
            $item->setFields($row['fields']);
            foreach ($row['properties'] as $property) {
                $item->getPropertyCollection()->createItem()->setFields($property);
            }
        }
        $order->setBasket($basket);
        foreach ($of['shipments'] as $index => $fields) {
            $delivery = ['ID' => $fields['DELIVERY_ID'], 'NAME' => Deliveries::getById($fields['DELIVERY_ID'])['NAME']];
            $shipment = $order->getShipmentCollection()->createItem($delivery);
            $shipment->setFields($fields);
            foreach ($index === 0 ? $basket : [] as $item) {
                $shipment->getShipmentItemCollection()->createItem($item);
            }
        }
        foreach ($of['properties'] as $id => $value) {
            $order->getPropertyCollection()->getItemByOrderPropertyId($id)->setValue($value);
        }
        self::pay($order, $of['payments']);
        return (string)$order->save()->getId();
    }

    /** A payment without a sum takes what those before it left. */
    private static function pay(Order $order, array $payments): void
    {
        OrderSums::apply($order);
        $left = $order->getPrice();
        foreach ($payments as ['system' => $system, 'sum' => $sum]) {
            $payment = $order->getPaymentCollection()->createItem(['ID' => $system, 'NAME' => PaySystems::getById($system)['NAME']]);
            $payment->setField('SUM', $sum ?? round($left, 4));
            $left -= $payment->getSum();
        }
        foreach ($payments as $index => ['paid' => $isPaid]) {
            if ($isPaid) {
                $order->getPaymentCollection()->getItemByIndex($index)->setPaid('Y');
            }
        }
    }

    /** All were saved at one moment. */
    private static function date(array $ids, int $secondsAgo, array $fields): void
    {
        $set = implode(', ', array_map(static fn (string $field): string => "$field = NOW() - INTERVAL $secondsAgo SECOND", $fields));
        Application::getConnection()->queryExecute("UPDATE b_sale_order SET $set WHERE ID IN (" . implode(',', $ids) . ')');
    }
}
