<?php

declare(strict_types=1);

namespace Bitrix\Main;

/** The registry of handlers in b_module_to_module, and its sharp edges: see README.md. */
class EventManager
{
    private static ?self $instance = null;
    /** @var array<string, list<array<string, mixed>>>|null key "MODULE.EVENT" in upper case */
    private ?array $stored = null;
    /** @var array<string, list<array<string, mixed>>> */
    private array $added = [];

    public static function getInstance()
    {
        return self::$instance ??= new self();
    }

    /** Handlers registered this way get one Event object. */
    public function registerEventHandler($fromModuleId, $eventType, $toModuleId, $toClass = '', $toMethod = '', $sort = 100, $toPath = '', $toMethodArg = [])
    {
        $this->register($fromModuleId, $eventType, $toModuleId, $toClass, $toMethod, $sort, $toPath, $toMethodArg, 2);
    }

    /** Handlers registered this way get the event's parameters one by one. */
    public function registerEventHandlerCompatible($fromModuleId, $eventType, $toModuleId, $toClass = '', $toMethod = '', $sort = 100, $toPath = '', $toMethodArg = [])
    {
        $this->register($fromModuleId, $eventType, $toModuleId, $toClass, $toMethod, $sort, $toPath, $toMethodArg, 1);
    }

    /** Does not look at VERSION: takes away both kinds. */
    public function unRegisterEventHandler($fromModuleId, $eventType, $toModuleId, $toClass = '', $toMethod = '', $toPath = '', $toMethodArg = [])
    {
        $connection = Application::getConnection();
        $helper = $connection->getSqlHelper();
        $where = [
            'FROM_MODULE_ID = ' . $helper->convertToDbString($fromModuleId),
            'MESSAGE_ID = ' . $helper->convertToDbString($eventType),
            'TO_MODULE_ID = ' . $helper->convertToDbString($toModuleId),
        ];
        foreach (['TO_CLASS' => $toClass, 'TO_METHOD' => $toMethod, 'TO_PATH' => $toPath] as $column => $value) {
            if ($value !== '') {
                $where[] = "$column = " . $helper->convertToDbString($value);
            }
        }
        $connection->queryExecute('DELETE FROM b_module_to_module WHERE ' . implode(' AND ', $where));
        $this->clearLoadedHandlers();
    }

    public function addEventHandler($fromModuleId, $eventType, $callback, $includeFile = false, $sort = 100)
    {
        return $this->hold($fromModuleId, $eventType, $callback, $sort, 2);
    }

    public function addEventHandlerCompatible($fromModuleId, $eventType, $callback, $includeFile = false, $sort = 100)
    {
        return $this->hold($fromModuleId, $eventType, $callback, $sort, 1);
    }

    public function clearLoadedHandlers()
    {
        $this->stored = null;
    }

    /** Registrations of a module that is not installed are ignored, though their rows stay. */
    public function findEventHandlers($eventModuleId, $eventType, ?array $filter = null)
    {
        $key = strtoupper("$eventModuleId.$eventType");
        $this->stored ??= $this->load();
        $found = [...$this->stored[$key] ?? [], ...$this->added[$key] ?? []];
        usort($found, static fn (array $a, array $b): int => (int)$a['SORT'] <=> (int)$b['SORT']);
        return $found;
    }

    /** An exception of a handler goes to the caller, and later handlers are not called. */
    public function send(Event $event)
    {
        foreach ($this->findEventHandlers($event->getModuleId(), $event->getEventType()) as $handler) {
            $call = self::resolve($handler);
            if ($call === null) {
                continue;
            }
            $arguments = (int)$handler['VERSION'] === 1
                ? array_values($event->getParameters())
                : [...$handler['TO_METHOD_ARG'], $event];
            $result = $call(...$arguments);
            if ($result !== null && !$result instanceof EventResult) {
                $result = new EventResult(EventResult::UNDEFINED, $result, $handler['TO_MODULE_ID']);
            }
            $result === null || $event->addResult($result);
        }
    }

    public static function callLegacy(array $handler, array $arguments): mixed
    {
        $call = self::resolve($handler);
        return $call === null ? null : call_user_func_array($call, $arguments);
    }

    /** A module that cannot be included and a class that does not exist are skipped without a word. */
    private static function resolve(array $handler): ?callable
    {
        if (isset($handler['CALLBACK'])) {
            return $handler['CALLBACK'];
        }
        if (!Loader::includeModule($handler['TO_MODULE_ID'])) {
            return null;
        }
        $class = (string)$handler['TO_CLASS'];
        return class_exists($class) && is_callable([$class, $handler['TO_METHOD']]) ? [$class, $handler['TO_METHOD']] : null;
    }

    private function hold($module, $type, $callback, $sort, int $version): int
    {
        $this->added[strtoupper("$module.$type")][] = [
            'CALLBACK' => $callback, 'SORT' => $sort, 'VERSION' => $version, 'TO_MODULE_ID' => '', 'TO_METHOD_ARG' => [],
        ];
        return count($this->added[strtoupper("$module.$type")]) - 1;
    }

    private function register($from, $type, $to, $class, $method, $sort, $path, $args, int $version): void
    {
        \Shim::point('registerEventHandler');
        $arguments = is_array($args) && $args !== [] ? serialize($args) : '';
        $helper = Application::getConnection()->getSqlHelper();
        $unique = md5(strtolower(implode('.', [$from, $type, $to, $path, $class, $method, $arguments, $version])));
        $values = implode(', ', array_map(
            $helper->convertToDbString(...),
            [$sort, $from, $type, $to, $class, $method, $arguments, $version, $unique],
        ));
        Application::getConnection()->queryExecute(
            'INSERT IGNORE INTO b_module_to_module (SORT, FROM_MODULE_ID, MESSAGE_ID, TO_MODULE_ID, TO_CLASS, TO_METHOD,'
            . " TO_METHOD_ARG, VERSION, UNIQUE_ID) VALUES ($values)",
        );
        $this->clearLoadedHandlers();
    }

    private function load(): array
    {
        $sql = 'SELECT R.* FROM b_module_to_module R INNER JOIN b_module M ON M.ID = R.TO_MODULE_ID ORDER BY R.SORT, R.ID';
        $all = [];
        foreach (Application::getConnection()->query($sql)->fetchAll() as $row) {
            $row['TO_METHOD_ARG'] = $row['TO_METHOD_ARG'] === '' ? [] : unserialize($row['TO_METHOD_ARG']);
            $all[strtoupper("{$row['FROM_MODULE_ID']}.{$row['MESSAGE_ID']}")][] = $row;
        }
        return $all;
    }
}
