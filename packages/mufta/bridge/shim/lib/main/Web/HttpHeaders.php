<?php

declare(strict_types=1);

namespace Bitrix\Main\Web;

class HttpHeaders implements \IteratorAggregate
{
    /** @var array<string, array{name: string, values: list<string>}> */
    private array $headers = [];

    public function add($name, $value)
    {
        $this->check((string)$name, (string)$value);
        $key = strtolower((string)$name);
        $this->headers[$key]['name'] = (string)$name;
        $this->headers[$key]['values'][] = (string)$value;
    }

    public function set($name, $value)
    {
        unset($this->headers[strtolower((string)$name)]);
        $this->add($name, $value);
    }

    public function get($name, $returnArray = false)
    {
        $found = $this->headers[strtolower((string)$name)]['values'] ?? null;
        return $returnArray ? $found : $found[0] ?? null;
    }

    public function has($name)
    {
        return isset($this->headers[strtolower((string)$name)]);
    }

    public function delete($name)
    {
        unset($this->headers[strtolower((string)$name)]);
    }

    public function clear()
    {
        $this->headers = [];
    }

    /** @return array<string, string> */
    public function getHeaders()
    {
        $flat = [];
        foreach ($this->headers as $header) {
            $flat[$header['name']] = implode(', ', $header['values']);
        }
        return $flat;
    }

    public function toArray()
    {
        return $this->headers;
    }

    public function getContentType()
    {
        return strtok((string)$this->get('Content-Type'), ';') ?: null;
    }

    public function getIterator(): \Traversable
    {
        return new \ArrayIterator($this->getHeaders());
    }

    private function check(string $name, string $value): void
    {
        if (preg_match('/^[!#$%&\'*+\-.^_`|~0-9A-Za-z]+$/', $name) !== 1 || preg_match('/[\r\n\0]/', $value) === 1) {
            throw new \InvalidArgumentException('Invalid header.');
        }
    }
}
