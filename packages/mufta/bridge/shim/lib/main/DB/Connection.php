<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

/** Base name of all connections; this stand-in has MySQL only. */
abstract class Connection
{
    abstract public function query($sql);

    abstract public function getSqlHelper();

    abstract public function getType();
}
