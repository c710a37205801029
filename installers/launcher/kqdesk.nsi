; The launcher of Windows: starts the version of kqdesk that the file "current" names, waits for nothing, shows nothing.
; makensis -DOUT=kqdesk.exe installers/launcher/kqdesk.nsi     (-DICON=… for its icon)
Unicode true
Name "kqdesk"
!ifndef OUT
  !define OUT "kqdesk.exe"
!endif
OutFile "${OUT}"
!ifdef ICON
  Icon "${ICON}"
!endif
RequestExecutionLevel user
SilentInstall silent
AutoCloseWindow true
ShowInstDetails nevershow
!include FileFunc.nsh

Var Version
Var Line

Function ReadLine
  FileRead $0 $Line
  StrCpy $1 $Line 1 -1
  StrCmp $1 "$\n" 0 +2
    StrCpy $Line $Line -1
  StrCpy $1 $Line 1 -1
  StrCmp $1 "$\r" 0 +2
    StrCpy $Line $Line -1
FunctionEnd

Section
  ClearErrors
  FileOpen $0 "$EXEDIR\current" r
  IfErrors broken
  Call ReadLine
  StrCpy $Version $Line
  IfFileExists "$EXEDIR\versions\$Version\kqdesk.exe" found
  Call ReadLine
  StrCpy $Version $Line
found:
  FileClose $0
  StrCmp $Version "" broken
  IfFileExists "$EXEDIR\versions\$Version\kqdesk.exe" 0 broken
  System::Call 'kernel32::SetEnvironmentVariable(t "KQDESK_PROGRAM", t "$EXEDIR")'
  ${GetParameters} $R0
  Exec '"$EXEDIR\versions\$Version\kqdesk.exe" $R0'
  Quit
broken:
  MessageBox MB_OK|MB_ICONEXCLAMATION "kqdesk 的程序文件不全：请重新安装，学校的数据不会动。"
  Quit
SectionEnd
