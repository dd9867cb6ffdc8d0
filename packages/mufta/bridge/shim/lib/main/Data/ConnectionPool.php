<?php

declare(strict_types=1);

namespace Bitrix\Main\Data;

use Bitrix\Main\DB\MysqliConnection;

class ConnectionPool
{
    private ?MysqliConnection $default = null;

    public function getConnection($name = '')
    {
        if ($name !== '' && $name !== null && $name !== 'default') {
            return null;
        }
        return $this->default ??= new MysqliConnection(\Shim::setting('connections')['default']);
    }

    public function useMasterOnly($mode)
    {
    }

    public function ignoreDml($mode)
    {
    }
}
