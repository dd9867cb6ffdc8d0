<?php

declare(strict_types=1);

namespace Bitrix\Main;

class Request extends Type\ParameterDictionary
{
    public function isPost()
    {
        return false;
    }
}
