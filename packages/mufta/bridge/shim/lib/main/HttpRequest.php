<?php

declare(strict_types=1);

namespace Bitrix\Main;

use Bitrix\Main\Type\ParameterDictionary;

/** Named lists pass through the proactive filter, which alters values; the raw body does not. */
class HttpRequest extends Request
{
    private ParameterDictionary $query;
    private ParameterDictionary $post;
    private ParameterDictionary $json;

    public function __construct()
    {
        $this->query = new ParameterDictionary($this->filtered($_GET));
        $this->post = new ParameterDictionary($this->filtered($_POST));
        $this->json = new ParameterDictionary();
        if (str_contains((string)$this->getServer()->get('CONTENT_TYPE'), 'json')) {
            $body = json_decode(self::getInput(), true);
            $this->json = new ParameterDictionary($this->filtered(is_array($body) ? $body : []));
        }
        parent::__construct($this->query->toArray() + $this->post->toArray());
    }

    public function getQuery($name)
    {
        return $this->query->get($name);
    }

    public function getQueryList()
    {
        return $this->query;
    }

    public function getPost($name)
    {
        return $this->post->get($name);
    }

    public function getPostList()
    {
        return $this->post;
    }

    public function getJsonList()
    {
        return $this->json;
    }

    public function decodeJson()
    {
    }

    public function isJson()
    {
        return str_contains((string)$this->getServer()->get('CONTENT_TYPE'), 'json');
    }

    public function getCookie($name)
    {
        return $_COOKIE["BITRIX_SM_$name"] ?? null;
    }

    public function getHeader($name)
    {
        $key = strtoupper(str_replace('-', '_', (string)$name));
        $server = $this->getServer();
        return $server->get("HTTP_$key") ?? (str_starts_with($key, 'CONTENT_') ? $server->get($key) : null);
    }

    public function getHeaders()
    {
        $headers = new Web\HttpHeaders();
        foreach ($_SERVER as $name => $value) {
            if (str_starts_with((string)$name, 'HTTP_')) {
                $headers->add(str_replace('_', '-', strtolower(substr($name, 5))), $value);
            }
        }
        foreach (['CONTENT_TYPE' => 'content-type', 'CONTENT_LENGTH' => 'content-length'] as $key => $name) {
            if (isset($_SERVER[$key])) {
                $headers->set($name, $_SERVER[$key]);
            }
        }
        return $headers;
    }

    public function getServer()
    {
        return new Server($_SERVER);
    }

    public function getRequestUri()
    {
        return $_SERVER['REQUEST_URI'] ?? '';
    }

    public function getRequestMethod()
    {
        return $_SERVER['REQUEST_METHOD'] ?? null;
    }

    public function getRemoteAddress()
    {
        return $_SERVER['REMOTE_ADDR'] ?? null;
    }

    public function getHttpHost()
    {
        return $_SERVER['HTTP_HOST'] ?? null;
    }

    public function getServerPort()
    {
        return $_SERVER['SERVER_PORT'] ?? null;
    }

    public function getRequestedPage()
    {
        return $_SERVER['SCRIPT_NAME'] ?? '';
    }

    public function getUserAgent()
    {
        return $this->getHeader('User-Agent');
    }

    public function isPost()
    {
        return $this->getRequestMethod() === 'POST';
    }

    public function isHttps()
    {
        return ($_SERVER['HTTPS'] ?? '') === 'on' || ($_SERVER['SERVER_PORT'] ?? '') === '443';
    }

    public function isAjaxRequest()
    {
        return $this->getHeader('BX-Ajax') !== null;
    }

    public function isAdminSection()
    {
        return defined('ADMIN_SECTION');
    }

    /** The body as it was sent; empty for multipart forms. */
    public static function getInput()
    {
        return (string)file_get_contents('php://input');
    }

    private function filtered(array $values): array
    {
        if (!\Shim::option('proactive_filter', true)) {
            return $values;
        }
        array_walk_recursive($values, static function (&$value): void {
            if (is_string($value)) {
                $value = preg_replace(['/<(script|iframe)/i', '/(sel)(ect)/i'], ['<sa sa$1', '$1 $2'], $value);
            }
        });
        return $values;
    }
}
