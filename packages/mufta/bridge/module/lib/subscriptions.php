<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Main\EventManager;

/** Which events of the kernel each entity needs, and their registration. */
final class Subscriptions
{
    private const HANDLER = '\Mufta\Bridge\EventHandler';

    /** 'event' = the handler gets an Event object; 'raw' = a legacy event with its own arguments. */
    private const EVENTS = [
        'order' => [
            ['sale', 'OnSaleOrderSaved', 'onOrderSaved', 'event'],
            ['sale', 'OnSaleBeforeOrderDelete', 'onBeforeOrderDelete', 'event'],
            ['sale', 'OnSaleOrderDeleted', 'onOrderDeleted', 'event'],
            ['sale', 'OnSaleStatusOrderChange', 'onOrderStatus', 'event'],
            ['sale', 'OnSaleOrderPaid', 'onOrderPaid', 'event'],
            ['sale', 'OnSaleOrderCanceled', 'onOrderCanceled', 'event'],
            ['sale', 'OnSalePaymentEntitySaved', 'onPaymentSaved', 'event'],
            ['sale', 'OnSaleShipmentEntitySaved', 'onShipmentSaved', 'event'],
        ],
        'product' => [
            ['iblock', 'OnAfterIBlockElementAdd', 'onElementAdd', 'raw'],
            ['iblock', 'OnAfterIBlockElementUpdate', 'onElementUpdate', 'raw'],
            ['iblock', 'OnAfterIBlockElementDelete', 'onElementDelete', 'raw'],
            ['catalog', 'Bitrix\Catalog\Model\Product::OnAfterAdd', 'onProductAdd', 'event'],
            ['catalog', 'Bitrix\Catalog\Model\Product::OnAfterUpdate', 'onProductUpdate', 'event'],
            ['catalog', 'Bitrix\Catalog\Model\Product::OnAfterDelete', 'onProductDelete', 'event'],
        ],
        'price' => [
            ['catalog', 'Bitrix\Catalog\Model\Price::OnAfterAdd', 'onPriceAdd', 'event'],
            ['catalog', 'Bitrix\Catalog\Model\Price::OnAfterUpdate', 'onPriceUpdate', 'event'],
        ],
        'stock' => [
            ['catalog', 'OnStoreProductAdd', 'onStoreProductAdd', 'raw'],
            ['catalog', 'OnStoreProductUpdate', 'onStoreProductUpdate', 'raw'],
            ['catalog', '\Bitrix\Catalog\StoreProduct::OnAfterAdd', 'onStoreRowAdd', 'event'],
            ['catalog', '\Bitrix\Catalog\StoreProduct::OnAfterUpdate', 'onStoreRowUpdate', 'event'],
            ['catalog', 'Bitrix\Catalog\Model\Product::OnAfterUpdate', 'onQuantityUpdate', 'event'],
        ],
        'user' => [
            ['main', 'OnAfterUserAdd', 'onUserAdd', 'raw'],
            ['main', 'OnAfterUserRegister', 'onUserRegister', 'raw'],
            ['main', 'OnAfterUserSimpleRegister', 'onUserRegister', 'raw'],
            ['main', 'OnAfterUserUpdate', 'onUserUpdate', 'raw'],
            ['main', 'OnAfterUserDelete', 'onUserDelete', 'raw'],
        ],
    ];

    /** Registers the events of the flows, and takes away those that an earlier version had. Safe to call twice. */
    public static function register(): void
    {
        foreach (self::EVENTS as $entity => $events) {
            foreach ($events as $event) {
                in_array($entity, Flows::ENTITIES, true) ? self::add($event) : self::remove($event);
            }
        }
    }

    public static function unregister(): void
    {
        foreach (self::EVENTS as $events) {
            array_map(self::remove(...), $events);
        }
    }

    private static function add(array $event): void
    {
        [$module, $name, $method, $kind] = $event;
        $manager = EventManager::getInstance();
        if ($kind === 'event') {
            $manager->registerEventHandler($module, $name, Module::ID, self::HANDLER, $method);
            return;
        }
        $manager->registerEventHandlerCompatible($module, $name, Module::ID, self::HANDLER, $method);
    }

    private static function remove(array $event): void
    {
        [$module, $name, $method] = $event;
        EventManager::getInstance()->unRegisterEventHandler($module, $name, Module::ID, self::HANDLER, $method);
    }
}
