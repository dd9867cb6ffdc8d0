<?php

$mufta_bridge_default_option = [
    'mode' => 'production',
    'push' => 'Y',
    'push_private' => 'N',
    'frequency' => '60',
    'sites' => '',
];
