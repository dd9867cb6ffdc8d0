<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\DB\SqlExpression;

class Payment extends Internals\Child
{
    protected static function table(): string
    {
        return 'b_sale_order_payment';
    }

    protected static function savedEvent(): string
    {
        return 'OnSalePaymentEntitySaved';
    }

    public function isPaid()
    {
        return $this->getField('PAID') === 'Y';
    }

    public function isInner()
    {
        return (int)$this->getField('PAY_SYSTEM_ID') === PaySystem\Manager::getInnerPaySystemId();
    }

    public function isReturn()
    {
        return in_array($this->getField('IS_RETURN'), ['Y', 'P'], true);
    }

    public function getSum()
    {
        return (float)$this->getField('SUM');
    }

    public function getPaymentSystemId()
    {
        return (int)$this->getField('PAY_SYSTEM_ID');
    }

    public function getPaymentSystemName()
    {
        return $this->getField('PAY_SYSTEM_NAME');
    }

    public function setPaid($value)
    {
        return $this->setField('PAID', $value);
    }

    protected function afterChange(string $name, mixed $old, mixed $value): void
    {
        if ($name !== 'PAID') {
            return;
        }
        $this->fields->change('DATE_PAID', $value === 'Y' ? new SqlExpression('NOW()') : null);
        $this->later('OnPaymentPaid');
        $this->order?->onPaymentChanged();
    }

    protected function links(): array
    {
        if ($this->getId() > 0) {
            return [];
        }
        return parent::links() + ['ACCOUNT_NUMBER' => $this->order->getId() . '/' . (1 + count(Internals\PaymentTable::getList(['filter' => ['=ORDER_ID' => $this->order->getId()]])->fetchAll()))];
    }
}
