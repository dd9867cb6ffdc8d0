<?php

declare(strict_types=1);

namespace Bitrix\Main\Config;

/** Values of the site's .settings.php, or of a module's own when asked by the module's id. */
class Configuration implements \ArrayAccess
{
    private function __construct(private array $values)
    {
    }

    public static function getValue($name)
    {
        return \Shim::setting((string)$name);
    }

    public static function getInstance($moduleId = null)
    {
        if ($moduleId === null || $moduleId === '') {
            return new self((array)(require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/.settings.php'));
        }
        $path = getLocalPath("modules/$moduleId/.settings.php");
        $isInstalled = \Bitrix\Main\ModuleManager::isModuleInstalled($moduleId);
        return new self($path !== false && $isInstalled ? (array)(include $_SERVER['DOCUMENT_ROOT'] . $path) : []);
    }

    public function get($name)
    {
        return $this->values[$name]['value'] ?? null;
    }

    public function offsetExists($offset): bool
    {
        return isset($this->values[$offset]);
    }

    #[\ReturnTypeWillChange]
    public function offsetGet($offset)
    {
        return $this->get($offset);
    }

    public function offsetSet($offset, $value): void
    {
        $this->values[$offset] = ['value' => $value];
    }

    public function offsetUnset($offset): void
    {
        unset($this->values[$offset]);
    }
}
