<?php

declare(strict_types=1);

namespace Bitrix\Main\Web;

class Uri
{
    private array $parts;

    public function __construct($url)
    {
        $this->parts = parse_url((string)$url) ?: [];
    }

    public function getScheme()
    {
        return $this->parts['scheme'] ?? 'http';
    }

    public function getHost()
    {
        return $this->parts['host'] ?? '';
    }

    public function getPort()
    {
        return $this->parts['port'] ?? ($this->getScheme() === 'https' ? 443 : 80);
    }

    public function getPath()
    {
        return $this->parts['path'] ?? '/';
    }

    public function getQuery()
    {
        return $this->parts['query'] ?? '';
    }

    public function getUser()
    {
        return $this->parts['user'] ?? '';
    }

    public function getPass()
    {
        return $this->parts['pass'] ?? '';
    }

    public function getPathQuery()
    {
        return $this->getPath() . ($this->getQuery() === '' ? '' : '?' . $this->getQuery());
    }

    public function __toString(): string
    {
        $port = isset($this->parts['port']) ? ":{$this->parts['port']}" : '';
        return $this->getScheme() . '://' . $this->getHost() . $port . $this->getPathQuery();
    }
}
