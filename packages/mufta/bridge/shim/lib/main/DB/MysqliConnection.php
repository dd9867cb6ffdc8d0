<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

/** One mysqli session, set up as after_connect_d7.php usually does: names utf8mb4 and the site's sql_mode. */
class MysqliConnection extends Connection
{
    private ?\mysqli $link = null;
    private int $level = 0;
    private ?SqlHelper $helper = null;
    private int $queries = 0;

    /** @param array<string, mixed> $configuration */
    public function __construct(private array $configuration)
    {
    }

    /**
     * query($sql), query($sql, $limit), query($sql, $offset, $limit), query($sql, array $binds, …): binds are accepted
     * and ignored, as the real MySQL driver does.
     */
    public function query($sql, ...$rest)
    {
        $numbers = array_values(array_filter($rest, 'is_int'));
        [$offset, $limit] = count($numbers) > 1 ? $numbers : [0, $numbers[0] ?? 0];
        if ($limit > 0) {
            $sql .= "\nLIMIT $offset, $limit";
        }
        return new Result($this->run((string)$sql), $this);
    }

    public function queryExecute($sql, ?array $binds = null)
    {
        $this->run((string)$sql);
    }

    public function queryScalar($sql, ?array $binds = null)
    {
        $row = $this->query($sql)->fetch();
        return $row === false ? null : reset($row);
    }

    public function add($tableName, array $data, $identity = 'ID')
    {
        [$columns, $values] = $this->getSqlHelper()->prepareInsert($tableName, $data);
        $table = $this->getSqlHelper()->quote($tableName);
        $this->run("INSERT INTO $table ($columns) VALUES ($values)");
        return $this->getInsertedId();
    }

    public function getInsertedId()
    {
        return $this->link()->insert_id;
    }

    public function getAffectedRowsCount()
    {
        return $this->link()->affected_rows;
    }

    /** @return list<string> the errors; empty = all went well. A statement ends at ";" followed by white space. */
    public function executeSqlBatch($sqlBatch, $stopOnError = false)
    {
        $errors = [];
        foreach (SqlBatch::split((string)$sqlBatch) as $statement) {
            try {
                \Shim::point('sql ' . strtok($statement, "("));
                $this->run($statement);
            } catch (\Bitrix\Main\SystemException $error) {
                $errors[] = $error->getMessage();
                if ($stopOnError) {
                    return $errors;
                }
            }
        }
        return $errors;
    }

    public function isTableExists($tableName)
    {
        return $this->query('SHOW TABLES LIKE ' . $this->getSqlHelper()->convertToDbString(addcslashes($tableName, '_%')))->fetch() !== false;
    }

    /** @return array<string, object{type: int}> columns by name */
    public function getTableFields($tableName)
    {
        $found = $this->run('SELECT * FROM ' . $this->getSqlHelper()->quote($tableName) . ' LIMIT 0');
        $fields = [];
        foreach ($found instanceof \mysqli_result ? $found->fetch_fields() : [] as $field) {
            $fields[$field->name] = $field;
        }
        return $fields;
    }

    public function dropTable($tableName)
    {
        $this->run('DROP TABLE ' . $this->getSqlHelper()->quote($tableName));
    }

    public function truncateTable($tableName)
    {
        $this->run('TRUNCATE TABLE ' . $this->getSqlHelper()->quote($tableName));
    }

    public function isIndexExists($tableName, array $columns)
    {
        $indexes = [];
        $table = $this->getSqlHelper()->quote($tableName);
        foreach ($this->query("SHOW INDEX FROM $table")->fetchAll() as $row) {
            $indexes[$row['Key_name']][] = $row['Column_name'];
        }
        return in_array($columns, $indexes, true);
    }

    public function startTransaction()
    {
        $this->run($this->level === 0 ? 'START TRANSACTION' : 'SAVEPOINT TRANS' . $this->level);
        $this->level++;
    }

    public function commitTransaction()
    {
        if ($this->level === 0) {
            throw new TransactionException('Transaction was not started.');
        }
        $this->level--;
        if ($this->level === 0) {
            $this->run('COMMIT');
        }
    }

    /** A nested roll-back goes to the savepoint and THEN throws. */
    public function rollbackTransaction()
    {
        if ($this->level === 0) {
            throw new TransactionException('Transaction was not started.');
        }
        $this->level--;
        if ($this->level === 0) {
            $this->run('ROLLBACK');
            return;
        }
        $this->run('ROLLBACK TO SAVEPOINT TRANS' . $this->level);
        throw new TransactionException('Nested rollbacks are unsupported.');
    }

    public function lock($name, $timeout = 0)
    {
        $sql = 'SELECT GET_LOCK(' . $this->lockName((string)$name) . ', ' . (int)$timeout . ') AS L';
        return ($this->query($sql)->fetch()['L'] ?? '0') == '1';
    }

    public function unlock($name)
    {
        return ($this->query('SELECT RELEASE_LOCK(' . $this->lockName((string)$name) . ') AS L')->fetch()['L'] ?? '0') == '1';
    }

    public function getSqlHelper()
    {
        return $this->helper ??= new SqlHelper($this);
    }

    public function getType()
    {
        return 'mysql';
    }

    public function getVersion()
    {
        preg_match('/[0-9]+\.[0-9]+\.[0-9]+/', $this->link()->server_info, $found);
        return [$found[0] ?? '0.0.0', null];
    }

    public function getDatabase()
    {
        return $this->configuration['database'];
    }

    public function getDbName()
    {
        return $this->configuration['database'];
    }

    public function getResource()
    {
        return $this->link();
    }

    public function isConnected()
    {
        return $this->link !== null;
    }

    public function disconnect()
    {
        $this->link?->close();
        $this->link = null;
    }

    /** Statements sent so far: for tests that count. */
    public function countQueries(): int
    {
        return $this->queries;
    }

    private function lockName(string $name): string
    {
        return "'" . md5($this->configuration['database']) . md5($name) . "'";
    }

    private function run(string $sql): \mysqli_result|bool
    {
        $link = $this->link();
        $this->queries++;
        $answer = $link->query($sql);
        if ($answer !== false) {
            return $answer;
        }
        $message = "($link->errno) $link->error";
        if ($link->errno === 1062) {
            throw new DuplicateEntryException('Mysql query error', $message, $sql);
        }
        throw new SqlQueryException('Mysql query error', $message, $sql);
    }

    private function link(): \mysqli
    {
        if ($this->link !== null) {
            return $this->link;
        }
        mysqli_report(MYSQLI_REPORT_OFF);
        $link = mysqli_init();
        $of = $this->configuration;
        if (!@$link->real_connect('localhost', $of['login'], $of['password'], $of['database'], 0, $of['socket'])) {
            throw new ConnectionException('Mysql connect error', (string)mysqli_connect_error());
        }
        $link->set_charset('utf8mb4');
        $this->link = $link;
        $this->run("SET NAMES 'utf8mb4'");
        $this->run("SET sql_mode='" . $link->real_escape_string((string)\Shim::option('sql_mode', '')) . "'");
        $this->run("SET time_zone='" . $link->real_escape_string((string)\Shim::option('db_time_zone', '+03:00')) . "'");
        return $link;
    }
}
