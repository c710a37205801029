; The set-up for Windows 10 and 11: for one user, without admin rights, in Simplified Chinese.
; Compiled by installers/package.py with: VERSION, TREE (the program folder), LAUNCHER, CONSOLE, ICON, OUT, and QUICK to pack fast.
; Installs beside an older version and then changes the one line in "current"; never touches a school's data.

Unicode true
!ifdef QUICK
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
!endif
ManifestDPIAware true
RequestExecutionLevel user

!define PROGRAM "kqdesk"
!define TITLE "成校工作台 kqdesk"
!define PLACE "$LOCALAPPDATA\Programs\kqdesk"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\kqdesk"

!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "WordFunc.nsh"
!include "WinVer.nsh"
!include "x64.nsh"
!include "LogicLib.nsh"

Name "${TITLE} ${VERSION}"
OutFile "${OUT}"
InstallDir "${PLACE}"
BrandingText "${TITLE} ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=2052 "ProductName" "${TITLE}"
VIAddVersionKey /LANG=2052 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=2052 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=2052 "FileDescription" "${TITLE} 安装程序"
VIAddVersionKey /LANG=2052 "LegalCopyright" "Apache-2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "安装 ${TITLE} ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "只装给您这个 Windows 用户，不需要管理员权限，也不改别的程序。$\r$\n$\r$\n装在：${PLACE}$\r$\n$\r$\n已有的学校数据原样不动。点“安装”开始。"
!define MUI_FINISHPAGE_TITLE "装好了"
!define MUI_FINISHPAGE_TEXT "以后从“开始”菜单或桌面上的“成校工作台”打开。"
!define MUI_FINISHPAGE_RUN "$INSTDIR\kqdesk.exe"
!define MUI_FINISHPAGE_RUN_TEXT "现在就打开"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"

; A running program holds its file: then nothing is changed.
!macro RefuseWhileRunning what
  ${If} ${FileExists} "$INSTDIR\versions\${what}\kqdesk.exe"
    ClearErrors
    FileOpen $R8 "$INSTDIR\versions\${what}\kqdesk.exe" a
    ${If} ${Errors}
      MessageBox MB_OK|MB_ICONEXCLAMATION "成校工作台正在运行。请先关掉它的窗口，再来一次。什么都还没有改动。" /SD IDOK
      Abort
    ${EndIf}
    FileClose $R8
  ${EndIf}
!macroend

; The first line of "current": the version that a start takes.
!macro ReadCurrent into
  StrCpy ${into} ""
  ${If} ${FileExists} "$INSTDIR\current"
    FileOpen $R8 "$INSTDIR\current" r
    FileRead $R8 ${into} 64
    FileClose $R8
  ${EndIf}
  ${WordReplace} "${into}" "$\n" "" "+" ${into}
  ${WordReplace} "${into}" "$\r" "" "+" ${into}
!macroend

Function .onInit
  SetShellVarContext current
  ${IfNot} ${RunningX64}
    MessageBox MB_OK|MB_ICONSTOP "这台电脑的 Windows 是 32 位的，成校工作台需要 64 位的 Windows 10 或 11。" /SD IDOK
    Abort
  ${EndIf}
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "成校工作台需要 Windows 10（1809 版以后）或 Windows 11。" /SD IDOK
    Abort
  ${EndIf}
  StrCpy $INSTDIR "${PLACE}"
  !insertmacro ReadCurrent $R1
  ${If} $R1 != ""
    ${VersionCompare} "$R1" "${VERSION}" $R2
    ${If} $R2 == 1
      MessageBox MB_OK|MB_ICONSTOP "这台电脑上已经是更新的版本 $R1，不能装回 ${VERSION}。学校的数据没有动。" /SD IDOK
      Abort
    ${EndIf}
    !insertmacro RefuseWhileRunning $R1
  ${EndIf}
FunctionEnd

Section "program"
  SetOverwrite on
  RMDir /r "$INSTDIR\versions\${VERSION}"
  SetOutPath "$INSTDIR\versions\${VERSION}"
  File /r "${TREE}/*"
  SetOutPath "$INSTDIR"
  File "/oname=kqdesk.exe" "${LAUNCHER}"
  File "/oname=kqdesk-console.cmd" "${CONSOLE}"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  ; Only now does a start take the new version; the second line is the one before it, to go back to.
  !insertmacro ReadCurrent $R1
  ${If} $R1 == "${VERSION}"
    StrCpy $R1 ""
  ${EndIf}
  FileOpen $0 "$INSTDIR\current.new" w
  FileWrite $0 "${VERSION}$\n$R1$\n"
  FileClose $0
  Delete "$INSTDIR\current"
  Rename "$INSTDIR\current.new" "$INSTDIR\current"

  CreateShortCut "$SMPROGRAMS\成校工作台.lnk" "$INSTDIR\kqdesk.exe"
  CreateShortCut "$DESKTOP\成校工作台.lnk" "$INSTDIR\kqdesk.exe"

  WriteRegStr HKCU "Software\Classes\.kqpacket" "" "kqdesk.packet"
  WriteRegStr HKCU "Software\Classes\.kqupdate" "" "kqdesk.update"
  WriteRegStr HKCU "Software\Classes\kqdesk.packet" "" "成校工作台数据包"
  WriteRegStr HKCU "Software\Classes\kqdesk.packet\DefaultIcon" "" "$INSTDIR\kqdesk.exe,0"
  WriteRegStr HKCU "Software\Classes\kqdesk.packet\shell\open\command" "" '"$INSTDIR\kqdesk.exe" "%1"'
  WriteRegStr HKCU "Software\Classes\kqdesk.update" "" "成校工作台升级文件"
  WriteRegStr HKCU "Software\Classes\kqdesk.update\DefaultIcon" "" "$INSTDIR\kqdesk.exe,0"
  WriteRegStr HKCU "Software\Classes\kqdesk.update\shell\open\command" "" '"$INSTDIR\kqdesk.exe" "%1"'

  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${TITLE}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\kqdesk.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" "$0"
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  ${RefreshShellIcons}
SectionEnd

Function un.onInit
  SetShellVarContext current
  StrCpy $INSTDIR "${PLACE}"
  !insertmacro ReadCurrent $R1
  ${If} $R1 != ""
    !insertmacro RefuseWhileRunning $R1
  ${EndIf}
FunctionEnd

Section "Uninstall"
  ; Each thing by its name: nothing that a person put here goes along.
  RMDir /r "$INSTDIR\versions"
  Delete "$INSTDIR\kqdesk.exe"
  Delete "$INSTDIR\kqdesk-console.cmd"
  Delete "$INSTDIR\current"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\成校工作台.lnk"
  Delete "$DESKTOP\成校工作台.lnk"
  DeleteRegKey HKCU "Software\Classes\kqdesk.packet"
  DeleteRegKey HKCU "Software\Classes\.kqpacket"
  DeleteRegKey HKCU "Software\Classes\kqdesk.update"
  DeleteRegKey HKCU "Software\Classes\.kqupdate"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  ${RefreshShellIcons}
  MessageBox MB_OK|MB_ICONINFORMATION "程序已卸载。学校的数据没有删除，还在：$\r$\n$LOCALAPPDATA\kqdesk$\r$\n再装一次就能接着用。" /SD IDOK
SectionEnd
