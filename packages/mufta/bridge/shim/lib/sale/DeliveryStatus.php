<?php

declare(strict_types=1);

namespace Bitrix\Sale;

class DeliveryStatus extends StatusBase
{
    public const TYPE = 'D';

    public static function getInitialStatus()
    {
        return 'DN';
    }

    public static function getFinalStatus()
    {
        return 'DF';
    }
}
