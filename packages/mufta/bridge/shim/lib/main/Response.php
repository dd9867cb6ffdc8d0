<?php

declare(strict_types=1);

namespace Bitrix\Main;

abstract class Response
{
    protected string $content = '';

    public function setContent($content)
    {
        $this->content = (string)$content;
        return $this;
    }

    public function getContent()
    {
        return $this->content;
    }
}
