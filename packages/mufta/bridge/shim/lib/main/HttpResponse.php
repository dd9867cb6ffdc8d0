<?php

declare(strict_types=1);

namespace Bitrix\Main;

class HttpResponse extends Response
{
    protected int|string|null $status = null;
    protected Web\HttpHeaders $headers;

    public function __construct()
    {
        $this->headers = new Web\HttpHeaders();
    }

    /** @param int|string $status 401 or "401 Unauthorized" */
    public function setStatus($status)
    {
        $this->status = $status;
        return $this;
    }

    public function getStatus()
    {
        return $this->status === null ? 200 : (int)$this->status;
    }

    public function hasStatus(): bool
    {
        return $this->status !== null;
    }

    public function addHeader($name, $value = '')
    {
        $this->headers->set($name, $value);
        return $this;
    }

    public function getHeaders()
    {
        return $this->headers;
    }

    public function setHeaders(Web\HttpHeaders $headers)
    {
        $this->headers = $headers;
        return $this;
    }

    /** What was set on the context's response goes to the answer that is really sent. */
    public function copyHeadersTo(HttpResponse $response)
    {
        foreach ($this->headers->getHeaders() as $name => $value) {
            if ($response->getHeaders()->get($name) === null) {
                $response->addHeader($name, $value);
            }
        }
        if (!$response->hasStatus() && $this->status !== null) {
            $response->setStatus($this->status);
        }
        return $response;
    }

    public function flush($text = '')
    {
        $this->send();
    }

    public function send()
    {
        if (!headers_sent()) {
            http_response_code($this->getStatus());
            foreach ($this->headers->getHeaders() as $name => $value) {
                header("$name: $value");
            }
        }
        echo $this->content;
    }
}
