<?php

declare(strict_types=1);

namespace Bitrix\Sale;

/** Sums of a new order: goods with VAT, delivery, discount. The real kernel recalculates far more than this. */
final class OrderSums
{
    public static function apply(Order $order): void
    {
        $goods = 0.0;
        $discount = 0.0;
        $tax = 0.0;
        foreach ($order->getBasket() ?? [] as $item) {
            $goods += $item->getFinalPrice();
            $discount += $item->getDiscountPrice() * $item->getQuantity();
            $rate = $item->getVatRate() ?? 0.0;
            $tax += $item->getFinalPrice() * $rate / (1 + $rate);
        }
        $delivery = 0.0;
        foreach ($order->getShipmentCollection() as $shipment) {
            $delivery += $shipment->isSystem() ? 0 : $shipment->getPrice();
        }
        $sums = ['PRICE' => $goods + $delivery, 'PRICE_DELIVERY' => $delivery, 'DISCOUNT_VALUE' => $discount, 'TAX_VALUE' => $tax];
        foreach ($sums as $name => $value) {
            $order->getFields()->set($name, round($value, 4));
        }
    }
}
