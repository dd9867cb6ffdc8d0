<?php

declare(strict_types=1);

namespace Bitrix\Main;

class EventResult
{
    public const UNDEFINED = 0;
    public const SUCCESS = 1;
    public const ERROR = 2;

    public function __construct(private $type, private $parameters = null, private $moduleId = null, private $handler = null)
    {
    }

    public function getType()
    {
        return $this->type;
    }

    public function getParameters()
    {
        return $this->parameters;
    }

    public function getModuleId()
    {
        return $this->moduleId;
    }

    public function getHandler()
    {
        return $this->handler;
    }
}
