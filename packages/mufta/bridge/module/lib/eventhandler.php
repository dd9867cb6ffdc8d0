<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Main\Event;

/**
 * Events of the kernel. A handler writes one small row and nothing else, and never lets an exception out: the kernel
 * would pass it on and break the buyer's checkout after the order exists. What is missed here, the sweep finds.
 */
final class EventHandler
{
    /** @var array<string, int|null> order id => version that this process recorded last */
    private static array $recorded = [];

    public static function onOrderSaved(Event $event): void
    {
        self::safely(static function () use ($event): void {
            if ($event->getParameter('IS_CHANGED') === false && $event->getParameter('IS_NEW') !== true) {
                return;
            }
            self::order($event->getParameter('ENTITY'), 'OnSaleOrderSaved');
        });
    }

    /** A record of the attempt, for a process that dies before the deletion is reported. */
    public static function onBeforeOrderDelete(Event $event): void
    {
        self::safely(static fn () => self::order($event->getParameter('ENTITY'), 'OnSaleBeforeOrderDelete'));
    }

    /** Fires after a deletion that failed, too: then VALUE is false. */
    public static function onOrderDeleted(Event $event): void
    {
        self::safely(static function () use ($event): void {
            $isDeleted = $event->getParameter('VALUE') !== false;
            self::order($event->getParameter('ENTITY'), 'OnSaleOrderDeleted', $isDeleted);
        });
    }

    public static function onOrderStatus(Event $event): void
    {
        self::safely(static fn () => self::late($event->getParameter('ENTITY'), 'OnSaleStatusOrderChange'));
    }

    public static function onOrderPaid(Event $event): void
    {
        self::safely(static fn () => self::late($event->getParameter('ENTITY'), 'OnSaleOrderPaid'));
    }

    public static function onOrderCanceled(Event $event): void
    {
        self::safely(static fn () => self::late($event->getParameter('ENTITY'), 'OnSaleOrderCanceled'));
    }

    public static function onPaymentSaved(Event $event): void
    {
        self::safely(static fn () => self::part($event->getParameter('ENTITY'), 'OnSalePaymentEntitySaved'));
    }

    public static function onShipmentSaved(Event $event): void
    {
        self::safely(static fn () => self::part($event->getParameter('ENTITY'), 'OnSaleShipmentEntitySaved'));
    }

    /** Legacy events fire after a failure as well: RESULT tells. */
    public static function onElementAdd(array $fields): void
    {
        self::legacy('product', $fields, 'ID', 'OnAfterIBlockElementAdd');
    }

    public static function onElementUpdate(array $fields): void
    {
        self::legacy('product', $fields, 'ID', 'OnAfterIBlockElementUpdate');
    }

    public static function onElementDelete(array $fields): void
    {
        self::safely(static fn () => self::add('product', $fields['ID'] ?? 0, 'OnAfterIBlockElementDelete', true));
    }

    public static function onProductAdd(Event $event): void
    {
        self::model('product', $event, 'OnProductAdd');
    }

    public static function onProductUpdate(Event $event): void
    {
        self::model('product', $event, 'OnProductUpdate');
    }

    public static function onProductDelete(Event $event): void
    {
        self::model('product', $event, 'OnProductDelete', true);
    }

    public static function onPriceAdd(Event $event): void
    {
        self::safely(static fn () => self::price($event, 'OnPriceAdd'));
    }

    public static function onPriceUpdate(Event $event): void
    {
        self::safely(static fn () => self::price($event, 'OnPriceUpdate'));
    }

    public static function onStoreProductAdd(mixed $id, array $fields): void
    {
        self::safely(static fn () => self::stock($fields, (int)$id, 'OnStoreProductAdd'));
    }

    public static function onStoreProductUpdate(mixed $id, array $fields): void
    {
        self::safely(static fn () => self::stock($fields, (int)$id, 'OnStoreProductUpdate'));
    }

    public static function onStoreRowAdd(Event $event): void
    {
        self::safely(static fn () => self::storeRow($event, 'OnStoreProductAdd'));
    }

    public static function onStoreRowUpdate(Event $event): void
    {
        self::safely(static fn () => self::storeRow($event, 'OnStoreProductUpdate'));
    }

    public static function onQuantityUpdate(Event $event): void
    {
        self::safely(static function () use ($event): void {
            if (array_key_exists('QUANTITY', (array)$event->getParameter('fields'))) {
                self::model('stock', $event, 'OnProductUpdate');
            }
        });
    }

    /** The arrays of the user events hold passwords in clear: only the id is looked at. */
    public static function onUserAdd(array $fields): void
    {
        self::legacy('user', $fields, 'ID', 'OnAfterUserAdd');
    }

    /** A registration that failed has no USER_ID; one that went well has fired OnAfterUserAdd too: one row of both. */
    public static function onUserRegister(array $fields): void
    {
        self::safely(static fn () => self::add('user', $fields['USER_ID'] ?? 0, 'OnAfterUserRegister'));
    }

    public static function onUserUpdate(array $fields): void
    {
        self::legacy('user', $fields, 'ID', 'OnAfterUserUpdate');
    }

    public static function onUserDelete(mixed $id): void
    {
        self::safely(static fn () => self::add('user', $id, 'OnAfterUserDelete', true));
    }

    private static function order(?object $order, string $reason, bool $deleted = false): void
    {
        $id = (int)$order?->getId();
        if ($order === null || $id <= 0 || !Settings::servesSite((string)$order->getField('LID'))) {
            return;
        }
        $version = self::versionOf($order);
        self::add('order', $id, $reason, $deleted, $version);
        self::$recorded[(string)$id] = $version;
    }

    /** Comes after OnSaleOrderSaved of the same save; a second row for the same version would say nothing new. */
    private static function late(?object $order, string $reason): void
    {
        $id = (string)$order?->getId();
        $isRecorded = array_key_exists($id, self::$recorded) && self::$recorded[$id] === self::versionOf($order);
        if (!$isRecorded) {
            self::order($order, $reason);
        }
    }

    /** A payment or shipment saved by itself: no event of the order follows then. */
    private static function part(?object $part, string $reason): void
    {
        if ($part === null) {
            return;
        }
        // Newer kernels know the order of a part, older ones only that of its collection.
        $order = method_exists($part, 'getOrder') ? $part->getOrder() : $part->getCollection()?->getOrder();
        self::order($order, $reason);
    }

    private static function versionOf(?object $order): ?int
    {
        $version = $order?->getField('VERSION');
        return $version === null || $version === '' ? null : (int)$version;
    }

    private static function legacy(string $entity, array $fields, string $idField, string $reason): void
    {
        self::safely(static function () use ($entity, $fields, $idField, $reason): void {
            if (($fields['RESULT'] ?? true) !== false) {
                self::add($entity, $fields[$idField] ?? 0, $reason);
            }
        });
    }

    private static function model(string $entity, Event $event, string $reason, bool $deleted = false): void
    {
        self::safely(static function () use ($entity, $event, $reason, $deleted): void {
            if ($event->getParameter('success') !== false) {
                self::add($entity, $event->getParameter('id'), $reason, $deleted);
            }
        });
    }

    /** A price is told by its product; an update names only the fields that were passed. */
    private static function price(Event $event, string $reason): void
    {
        if ($event->getParameter('success') === false) {
            return;
        }
        $product = ((array)$event->getParameter('fields'))['PRODUCT_ID'] ?? null;
        if ($product === null) {
            $id = (int)$event->getParameter('id');
            $select = ['select' => ['PRODUCT_ID'], 'filter' => ['=ID' => $id], 'limit' => 1];
            $row = \Bitrix\Catalog\PriceTable::getList($select)->fetch();
            $product = $row['PRODUCT_ID'] ?? 0;
        }
        self::add('price', $product, $reason);
    }

    private static function storeRow(Event $event, string $reason): void
    {
        $primary = (array)($event->getParameter('primary') ?? $event->getParameter('id'));
        self::stock((array)$event->getParameter('fields'), (int)($primary['ID'] ?? 0), $reason);
    }

    /** A stock is told by its product, too. */
    private static function stock(array $fields, int $rowId, string $reason): void
    {
        $product = $fields['PRODUCT_ID'] ?? null;
        if ($product === null) {
            $select = ['select' => ['PRODUCT_ID'], 'filter' => ['=ID' => $rowId], 'limit' => 1];
            $row = \Bitrix\Catalog\StoreProductTable::getList($select)->fetch();
            $product = $row['PRODUCT_ID'] ?? 0;
        }
        self::add('stock', $product, $reason);
    }

    private static function add(
        string $entity,
        mixed $id,
        string $reason,
        bool $deleted = false,
        ?int $version = null
    ): void {
        $number = (int)$id;
        if ($number <= 0 || Guard::isActive()) {
            return;
        }
        Outbox::add($entity, (string)$number, $reason, $version, $deleted);
        Pusher::afterResponse();
    }

    private static function safely(callable $work): void
    {
        try {
            $work();
        } catch (\Throwable $error) {
            Log::exception('EVENT_NOT_RECORDED', $error);
        }
    }
}
