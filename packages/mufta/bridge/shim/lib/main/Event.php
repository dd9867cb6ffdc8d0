<?php

declare(strict_types=1);

namespace Bitrix\Main;

class Event
{
    /** @var list<EventResult> */
    private array $results = [];
    private $sender;

    public function __construct(private $moduleId, private $type, private $parameters = [], private $filter = null)
    {
    }

    public function getModuleId()
    {
        return $this->moduleId;
    }

    public function getEventType()
    {
        return $this->type;
    }

    public function getParameters()
    {
        return $this->parameters;
    }

    public function getParameter($name)
    {
        return $this->parameters[$name] ?? null;
    }

    public function setParameter($name, $value)
    {
        $this->parameters[$name] = $value;
    }

    public function setParameters($parameters)
    {
        $this->parameters = $parameters;
    }

    public function getFilter()
    {
        return $this->filter;
    }

    public function getResults()
    {
        return $this->results;
    }

    public function addResult(EventResult $result)
    {
        $this->results[] = $result;
    }

    public function getSender()
    {
        return $this->sender;
    }

    public function send($sender = null)
    {
        $this->sender = $sender;
        EventManager::getInstance()->send($this);
    }
}
