<?php

declare(strict_types=1);

namespace Bitrix\Sale\Delivery\ExtraServices;

class Manager
{
    public const STORE_PICKUP_CLASS = '\Bitrix\Sale\Delivery\ExtraServices\Store';
}
