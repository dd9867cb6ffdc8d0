<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Sale\Delivery\ExtraServices\Manager;
use Bitrix\Sale\Delivery\ExtraServices\Table as ExtraServiceTable;
use Bitrix\Sale\Delivery\Services\Table as DeliveryTable;
use Bitrix\Sale\Internals\ShipmentExtraServiceTable;

/**
 * The store chosen for each shipment, as `Shipment::getStoreId()` tells it: the value of the delivery's own, or its
 * parent's, active extra service of the kind "store". One query where no delivery has such a service, three otherwise.
 */
final class ShipmentStores
{
    private const BY_ID = ['ID' => 'ASC'];

    /**
     * @param array<int, int> $shipments delivery by shipment
     * @return array<int, int> store by shipment; one without a store is missing
     */
    public static function of(array $shipments): array
    {
        if ($shipments === []) {
            return [];
        }
        $filter = ['=CLASS_NAME' => Manager::STORE_PICKUP_CLASS, '=ACTIVE' => 'Y'];
        $services = Rows::all(ExtraServiceTable::class, ['ID', 'DELIVERY_ID'], $filter, self::BY_ID);
        $deliveryOf = array_column($services, 'DELIVERY_ID', 'ID');
        if ($deliveryOf === []) {
            return [];
        }
        $filter = ['@SHIPMENT_ID' => array_keys($shipments), '@EXTRA_SERVICE_ID' => array_keys($deliveryOf)];
        $select = ['ID', 'SHIPMENT_ID', 'EXTRA_SERVICE_ID', 'VALUE'];
        $values = Rows::groupBy(
            Rows::all(ShipmentExtraServiceTable::class, $select, $filter, self::BY_ID),
            'SHIPMENT_ID'
        );
        $parents = self::parents($shipments);
        $stores = [];
        foreach ($shipments as $shipment => $delivery) {
            // A value of a delivery that the shipment had before stays in the table.
            $own = [$delivery, $parents[$delivery] ?? $delivery];
            foreach ($values[$shipment] ?? [] as $value) {
                $store = (int)$value['VALUE'];
                if ($store > 0 && in_array((int)$deliveryOf[$value['EXTRA_SERVICE_ID']], $own, true)) {
                    $stores[$shipment] = $store;
                }
            }
        }
        return $stores;
    }

    /**
     * @param array<int, int> $shipments delivery by shipment
     * @return array<int, int> parent by delivery; a delivery without one is missing
     */
    private static function parents(array $shipments): array
    {
        $ids = array_values(array_unique($shipments));
        $parents = [];
        foreach (Rows::all(DeliveryTable::class, ['ID', 'PARENT_ID'], ['@ID' => $ids], self::BY_ID) as $row) {
            if ((int)$row['PARENT_ID'] > 0) {
                $parents[(int)$row['ID']] = (int)$row['PARENT_ID'];
            }
        }
        return $parents;
    }
}
