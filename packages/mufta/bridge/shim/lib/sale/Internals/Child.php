<?php

declare(strict_types=1);

namespace Bitrix\Sale\Internals;

use Bitrix\Main\Error;
use Bitrix\Main\Event;
use Bitrix\Sale\Order;
use Bitrix\Sale\Result;

/** A payment, shipment, basket item or property value: saved through its order. */
abstract class Child extends Entity
{
    protected ?Order $order = null;
    public ?Collection $collection = null;
    /** @var array<string, Event> delayed until the child is written; one entry per event name */
    protected array $pool = [];

    /** Event told after the row is written, or '' */
    abstract protected static function savedEvent(): string;

    public function bindOrder(Order $order): static
    {
        $this->order = $order;
        return $this;
    }

    public function getCollection()
    {
        return $this->collection;
    }

    public function getOrder()
    {
        return $this->order;
    }

    public function getOrderId()
    {
        return $this->order?->getId();
    }

    /** Saving a child alone warns: always save through the order. */
    public function save()
    {
        if ($this->order === null || !$this->order->isSaving()) {
            trigger_error('Incorrect call to the save process. Use method save() on \Bitrix\Sale\Order entity', E_USER_WARNING);
        }
        $result = new Result();
        if (!$this->isChanged() && $this->getId() > 0) {
            return $result;
        }
        if (\Shim::option('fail_child') === static::table()) {
            return $result->addError(new Error('The row was not saved', 'SALE_CHILD'));
        }
        $old = $this->fields->getOriginalValues();
        $isNew = $this->getId() === 0;
        $this->write(($isNew ? $this->getFieldValues() : $this->fields->getChangedValues()) + $this->links());
        $this->fields->clearChanged();
        if (static::savedEvent() !== '') {
            (new Event('sale', static::savedEvent(), ['ENTITY' => $this, 'VALUES' => $old, 'IS_NEW' => $isNew]))->send();
        }
        foreach ($this->pool as $event) {
            $event->send();
        }
        $this->pool = [];
        return $result;
    }

    protected function links(): array
    {
        return $this->getId() === 0 ? ['ORDER_ID' => $this->order->getId()] : [];
    }

    protected function later(string $event, array $parameters = []): void
    {
        $this->pool[$event] ??= new Event('sale', $event, ['ENTITY' => $this] + $parameters);
    }
}
