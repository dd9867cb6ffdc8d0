<?php

declare(strict_types=1);

namespace Bitrix\Sale;

class PaymentCollection extends Internals\Collection
{
    public static function loadOf(Order $order): static
    {
        $rows = $order->getId() === 0 ? [] : Internals\PaymentTable::getList(['filter' => ['=ORDER_ID' => $order->getId()], 'order' => ['ID' => 'ASC']])->fetchAll();
        return new static($order, array_map(static fn (array $row) => new Payment($row), $rows));
    }

    /** @param array{ID: int, NAME: string}|null $paySystem */
    public function createItem($paySystem = null)
    {
        return $this->addItem(new Payment([
            'PAY_SYSTEM_ID' => $paySystem['ID'] ?? 2, 'PAY_SYSTEM_NAME' => $paySystem['NAME'] ?? 'Банковская карта', 'PAID' => 'N', 'IS_RETURN' => 'N',
            'CURRENCY' => $this->order->getCurrency(), 'SUM' => 0, 'XML_ID' => 'bx_' . bin2hex(random_bytes(4)),
        ]));
    }

    public function getPaidSum()
    {
        return $this->order->getSumPaid();
    }

    public function isExistsPaid()
    {
        return array_filter($this->items, static fn (Payment $payment): bool => $payment->isPaid()) !== [];
    }
}
