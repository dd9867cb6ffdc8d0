<?php

declare(strict_types=1);

namespace Bitrix\Main;

/** Request, connection, background jobs. One object under its three usual names. */
class Application
{
    public const JOB_PRIORITY_NORMAL = 100;
    public const JOB_PRIORITY_LOW = 50;

    private static ?self $instance = null;
    private ?Context $context = null;
    private ?Data\ConnectionPool $pool = null;
    /** @var list<array{callable, array, int}> */
    private array $jobs = [];

    public static function getInstance()
    {
        return self::$instance ??= new HttpApplication();
    }

    public static function hasInstance()
    {
        return self::$instance !== null;
    }

    public static function getConnection($name = '')
    {
        return self::getInstance()->getConnectionPool()->getConnection($name);
    }

    public function getConnectionPool()
    {
        return $this->pool ??= new Data\ConnectionPool();
    }

    public static function getDocumentRoot()
    {
        return rtrim($_SERVER['DOCUMENT_ROOT'], '/');
    }

    public static function getPersonalRoot()
    {
        return '/bitrix';
    }

    public static function isUtfMode()
    {
        return true;
    }

    public function getContext()
    {
        return $this->context ??= new Context();
    }

    public function getManagedCache()
    {
        return new Data\ManagedCache();
    }

    /** Runs after the answer has been sent. */
    public function addBackgroundJob(callable $job, array $args = [], $priority = self::JOB_PRIORITY_NORMAL)
    {
        $this->jobs[] = [$job, $args, (int)$priority];
        return $this;
    }

    public function end($status = 0, ?Response $response = null)
    {
        if ($response instanceof HttpResponse) {
            $response->send();
        }
        $this->terminate($status);
    }

    public function terminate($status = 0)
    {
        $this->runBackgroundJobs();
        exit((int)$status);
    }

    public function runBackgroundJobs(): void
    {
        usort($this->jobs, static fn (array $a, array $b): int => $b[2] <=> $a[2]);
        while ($this->jobs !== []) {
            [$job, $args] = array_shift($this->jobs);
            try {
                $job(...$args);
            } catch (\Throwable $error) {
                trigger_error('background job: ' . $error->getMessage(), E_USER_WARNING);
            }
        }
    }
}
