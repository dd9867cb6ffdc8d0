<?php

declare(strict_types=1);

namespace Bitrix\Main\ORM\Data;

class Result extends \Bitrix\Main\Result
{
    private mixed $id = null;

    public function setId(mixed $id): void
    {
        $this->id = $id;
    }

    public function getId()
    {
        return $this->id;
    }

    public function getPrimary()
    {
        return ['ID' => $this->id];
    }
}
