<?php

declare(strict_types=1);

namespace Bitrix\Main;

class Error implements \JsonSerializable
{
    public function __construct(protected $message, protected $code = 0, protected $customData = null)
    {
    }

    public function getMessage()
    {
        return $this->message;
    }

    public function getCode()
    {
        return $this->code;
    }

    public function getCustomData()
    {
        return $this->customData;
    }

    public function __toString(): string
    {
        return (string)$this->message;
    }

    public function jsonSerialize(): array
    {
        return ['message' => $this->message, 'code' => $this->code, 'customData' => $this->customData];
    }
}
