<?php

declare(strict_types=1);

namespace Bitrix\Sale;

class OrderStatus extends StatusBase
{
    public const TYPE = 'O';

    public static function getInitialStatus()
    {
        return 'N';
    }

    public static function getFinalStatus()
    {
        return 'F';
    }
}
