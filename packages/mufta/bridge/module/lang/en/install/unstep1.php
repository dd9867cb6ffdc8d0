<?php

$MESS['MUFTA_BRIDGE_UNSTEP_ASK'] = 'The module will be removed: events, agent and rights go in any case.';
$MESS['MUFTA_BRIDGE_UNSTEP_SAVE'] = 'Keep tables and settings for another installation';
$MESS['MUFTA_BRIDGE_UNSTEP_GO'] = 'Remove the module';
