@echo off
rem Commands in a console: kqdesk-console.cmd --help
setlocal
set /p KQDESK_CURRENT=<"%~dp0current"
"%~dp0versions\%KQDESK_CURRENT%\kqdesk-console.exe" %*
