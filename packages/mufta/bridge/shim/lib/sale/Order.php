<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Application;
use Bitrix\Main\ArgumentNullException;
use Bitrix\Main\DB\SqlExpression;
use Bitrix\Main\Error;
use Bitrix\Main\Event;
use Bitrix\Main\EventResult;
use Bitrix\Main\NotImplementedException;

/** An order with its children, and the events of a save in the documented order. No transaction anywhere. */
class Order extends Internals\Entity
{
    private ?Basket $basket = null;
    private ?PaymentCollection $payments = null;
    private ?ShipmentCollection $shipments = null;
    private ?PropertyValueCollection $properties = null;
    private bool $isSaving = false;
    /** @var array<string, Event> one entry per event name: a status set twice is told once */
    private array $pool = [];

    protected static function table(): string
    {
        return 'b_sale_order';
    }

    public static function create($siteId, $userId = null, $currency = null)
    {
        $order = new static();
        $order->fields = new Internals\Fields([
            'LID' => $siteId, 'USER_ID' => $userId, 'CURRENCY' => $currency ?? 'RUB', 'STATUS_ID' => 'N', 'CANCELED' => 'N', 'PAYED' => 'N',
            'DEDUCTED' => 'N', 'ALLOW_DELIVERY' => 'N', 'PERSON_TYPE_ID' => 1, 'DISCOUNT_VALUE' => 0, 'TAX_VALUE' => 0, 'VERSION' => 0,
            'PRICE' => 0, 'PRICE_DELIVERY' => 0, 'XML_ID' => 'bx_' . bin2hex(random_bytes(6)), 'UPDATED_1C' => 'N', 'EXTERNAL_ORDER' => 'N',
        ]);
        return $order;
    }

    /** An order, or null where there is none. */
    public static function load($id)
    {
        if ((int)$id <= 0) {
            throw new ArgumentNullException('id');
        }
        return static::loadByFilter(['filter' => ['=ID' => (int)$id]])[0] ?? null;
    }

    /** An order, or FALSE where there is none. */
    public static function loadByAccountNumber($number)
    {
        if ((string)$number === '') {
            throw new ArgumentNullException('accountNumber');
        }
        return static::loadByFilter(['filter' => ['=ACCOUNT_NUMBER' => (string)$number]])[0] ?? false;
    }

    public static function loadByFilter(array $parameters)
    {
        $rows = Internals\OrderTable::getList(['select' => ['*']] + $parameters)->fetchAll();
        return array_map(static fn (array $row) => new static($row), $rows);
    }

    public static function getList(array $parameters = [])
    {
        return Internals\OrderTable::getList($parameters);
    }

    public static function delete($id)
    {
        $order = static::load($id);
        $result = new Result();
        if ($order === null) {
            return $result->addError(new ResultError('The order does not exist', 'SALE_ORDER_ENTITY_NOT_FOUND'));
        }
        $event = new Event('sale', 'OnSaleBeforeOrderDelete', ['ENTITY' => $order, 'VALUES' => $order->getFieldValues()]);
        $event->send();
        if (self::vetoed($event, $result)) {
            return $result;
        }
        foreach (['b_sale_basket', 'b_sale_order_payment', 'b_sale_order_delivery', 'b_sale_order_props_value'] as $table) {
            Application::getConnection()->queryExecute("DELETE FROM $table WHERE ORDER_ID = " . $order->getId());
        }
        Application::getConnection()->queryExecute('DELETE FROM b_sale_order WHERE ID = ' . $order->getId());
        (new Event('sale', 'OnSaleOrderDeleted', ['ENTITY' => $order, 'VALUE' => true, 'VALUES' => $order->getFieldValues()]))->send();
        return $result;
    }

    public function getBasket()
    {
        return $this->basket ??= $this->getId() > 0 ? Basket::loadOf($this) : null;
    }

    public function setBasket(Basket $basket)
    {
        $basket->bindOrder($this);
        $this->basket = $basket;
        return new Result();
    }

    public function getPaymentCollection()
    {
        return $this->payments ??= PaymentCollection::loadOf($this);
    }

    public function getShipmentCollection()
    {
        return $this->shipments ??= ShipmentCollection::loadOf($this);
    }

    public function getPropertyCollection()
    {
        return $this->properties ??= PropertyValueCollection::loadOf($this);
    }

    public function isNew()
    {
        return $this->getId() === 0;
    }

    public function isSaving(): bool
    {
        return $this->isSaving;
    }

    public function isChanged()
    {
        if (parent::isChanged()) {
            return true;
        }
        foreach ([$this->basket, $this->payments, $this->shipments, $this->properties] as $part) {
            if ($part?->isChanged()) {
                return true;
            }
        }
        return false;
    }

    public function isPaid()
    {
        return $this->getField('PAYED') === 'Y';
    }

    public function isCanceled()
    {
        return $this->getField('CANCELED') === 'Y';
    }

    public function isShipped()
    {
        return $this->getField('DEDUCTED') === 'Y';
    }

    public function getSiteId()
    {
        return $this->getField('LID');
    }

    public function getPersonTypeId()
    {
        return $this->getField('PERSON_TYPE_ID');
    }

    public function setPersonTypeId($id)
    {
        return $this->setField('PERSON_TYPE_ID', (int)$id);
    }

    public function getUserId()
    {
        return $this->getField('USER_ID');
    }

    public function getPrice()
    {
        return (float)$this->getField('PRICE');
    }

    public function getDeliveryPrice()
    {
        return (float)$this->getField('PRICE_DELIVERY');
    }

    public function getDiscountPrice()
    {
        return (float)$this->getField('DISCOUNT_VALUE');
    }

    public function getTaxValue()
    {
        return (float)$this->getField('TAX_VALUE');
    }

    public function getVatSum()
    {
        return (float)$this->getField('TAX_VALUE');
    }

    public function getSumPaid()
    {
        $sum = 0.0;
        foreach ($this->getPaymentCollection() as $payment) {
            $sum += $payment->isPaid() ? $payment->getSum() : 0;
        }
        return $sum;
    }

    public function getCurrency()
    {
        return $this->getField('CURRENCY');
    }

    public function getVersion()
    {
        return (int)$this->getField('VERSION');
    }

    public function getDateInsert()
    {
        return $this->getField('DATE_INSERT');
    }

    protected function beforeChange(string $name, mixed $value): ?Result
    {
        if ($this->getId() > 0 && in_array($name, ['CURRENCY', 'USER_ID'], true)) {
            throw new NotImplementedException("Field $name of an existing order");
        }
        $result = new Result();
        if ($name === 'CANCELED' && $value === 'Y') {
            $this->checkCancel($result);
        }
        $asks = ['STATUS_ID' => 'OnSaleBeforeStatusOrderChange', 'CANCELED' => 'OnSaleBeforeOrderCanceled'][$name] ?? null;
        if ($asks !== null && $result->isSuccess()) {
            $told = ['ENTITY' => $this] + ($name === 'STATUS_ID' ? ['VALUE' => $value, 'OLD_VALUE' => $this->getField($name)] : []);
            $event = new Event('sale', $asks, $told);
            $event->send();
            self::vetoed($event, $result);
        }
        return $result->isSuccess() ? null : $result;
    }

    protected function afterChange(string $name, mixed $old, mixed $value): void
    {
        if ($name !== 'UPDATED_1C') {
            $this->fields->change('UPDATED_1C', 'N');
        }
        if ($name === 'STATUS_ID') {
            $this->later('OnSaleStatusOrderChange', ['VALUE' => $value, 'OLD_VALUE' => $old]);
        } elseif ($name === 'CANCELED') {
            $this->later('OnSaleOrderCanceled');
        } elseif ($name === 'PAYED') {
            $this->later('OnSaleOrderPaid');
        }
    }

    private function checkCancel(Result $result): void
    {
        foreach ($this->getPaymentCollection() as $payment) {
            if ($payment->isPaid()) {
                $result->addError(new ResultError('An order with a paid payment cannot be cancelled.', 'SALE_ORDER_CANCEL_PAYMENT_EXIST_ACTIVE'));
            }
        }
        foreach ($this->getShipmentCollection() as $shipment) {
            if ($shipment->isShipped()) {
                $result->addError(new ResultError('A shipped order cannot be cancelled.', 'SALE_ORDER_CANCEL_SHIPMENT_EXIST_SHIPPED'));
            }
        }
    }

    /** Paying or unpaying a payment decides about the order, and may move its status by the shop's settings. */
    public function onPaymentChanged(): void
    {
        $isPaid = $this->getPaymentCollection()->count() > 0 && $this->getSumPaid() >= $this->getPrice() - 0.0001 && $this->getPrice() > 0;
        $this->setField('PAYED', $isPaid ? 'Y' : 'N');
        $status = \Bitrix\Main\Config\Option::get('sale', 'status_on_paid', '', $this->getSiteId());
        if ($isPaid && $status !== '') {
            $this->setField('STATUS_ID', $status);
        }
    }

    public function save()
    {
        if ($this->isSaving) {
            trigger_error('Order saving in recursion', E_USER_WARNING);
        }
        $this->isSaving = true;
        try {
            return $this->saveAll();
        } finally {
            $this->isSaving = false;
        }
    }

    private function saveAll(): Result
    {
        $result = new Result();
        $isNew = $this->isNew();
        $isChanged = $this->isChanged() || $isNew;
        $old = $this->fields->getOriginalValues();
        $event = new Event('sale', 'OnSaleOrderBeforeSaved', ['ENTITY' => $this, 'VALUES' => $old]);
        $event->send();
        if (self::vetoed($event, $result)) {
            return $result;
        }
        $refusal = \Shim::option('refuse_save');
        if (is_string($refusal)) {
            return $result->addError(new Error($refusal, 'SALE_REFUSED'));
        }
        if ($isNew) {
            OrderSums::apply($this);
        }
        $this->writeRow($isNew, $isChanged);
        \Shim::mortal('order row');
        if ($old !== []) {
            (new Event('sale', 'OnSaleOrderEntitySaved', ['ENTITY' => $this, 'VALUES' => $old]))->send();
        }
        foreach ([$this->basket, $this->payments, $this->shipments, $this->properties] as $part) {
            $result->addWarnings($part?->save()->getErrors() ?? []);
        }
        \Shim::mortal('before saved event');
        $told = ['ENTITY' => $this, 'IS_NEW' => $isNew, 'IS_CHANGED' => $isChanged, 'VALUES' => $old];
        (new Event('sale', 'OnSaleOrderSaved', $told))->send();
        foreach ($this->pool as $later) {
            $later->send();
        }
        $this->pool = [];
        $this->fields->clearChanged();
        $result->setId($this->getId());
        return $result;
    }

    private function writeRow(bool $isNew, bool $isChanged): void
    {
        if (!$isChanged) {
            return;
        }
        $version = $isNew ? 0 : $this->getVersion() + 1;
        $now = new SqlExpression('NOW()');
        $values = ($isNew ? $this->getFieldValues() : $this->fields->getChangedValues());
        $values = ['VERSION' => $version, 'DATE_UPDATE' => $now] + $values;
        $this->write($isNew ? ['DATE_INSERT' => $now, 'DATE_STATUS' => $now] + $values : $values);
        if ($isNew) {
            $number = $this->getField('ACCOUNT_NUMBER') ?? (string)$this->getId();
            Application::getConnection()->queryExecute("UPDATE b_sale_order SET ACCOUNT_NUMBER = '" . Application::getConnection()->getSqlHelper()->forSql($number) . "' WHERE ID = " . $this->getId());
        }
        $row = Internals\OrderTable::getRowById($this->getId());
        foreach (['VERSION', 'DATE_UPDATE', 'DATE_INSERT', 'ACCOUNT_NUMBER', 'ID'] as $name) {
            $this->fields->set($name, $row[$name]);
        }
    }

    private function later(string $event, array $parameters = []): void
    {
        $this->pool[$event] ??= new Event('sale', $event, ['ENTITY' => $this] + $parameters);
    }

    private static function vetoed(Event $event, Result $result): bool
    {
        foreach ($event->getResults() as $answer) {
            if ($answer->getType() === EventResult::ERROR) {
                $error = $answer->getParameters();
                $result->addError($error instanceof Error ? $error : new ResultError('Refused by a handler', 'SALE_EVENT_ON_BEFORE_ORDER_SAVED_ERROR'));
            }
        }
        return !$result->isSuccess();
    }
}
