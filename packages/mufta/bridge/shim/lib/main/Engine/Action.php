<?php

declare(strict_types=1);

namespace Bitrix\Main\Engine;

class Action
{
    public function __construct(private $name, private Controller $controller)
    {
    }

    public function getName()
    {
        return $this->name;
    }

    public function getController()
    {
        return $this->controller;
    }

    /** Binds parameters by name from the given lists. */
    public function bind(array $sources): array
    {
        $values = [];
        foreach ((new \ReflectionMethod($this->controller, "{$this->name}Action"))->getParameters() as $parameter) {
            $name = $parameter->getName();
            $found = array_values(array_filter($sources, static fn (array $source): bool => array_key_exists($name, $source)));
            if ($found === [] && !$parameter->isOptional()) {
                throw new \Bitrix\Main\ArgumentException("Could not find value for parameter {{$name}}");
            }
            $values[] = $found === [] ? $parameter->getDefaultValue() : $found[0][$name];
        }
        return $values;
    }
}
