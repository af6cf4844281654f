#!/bin/bash
# Runs each finding, one after the other, and ends with 1 if one has changed.
cd "$(dirname "$0")" || exit 2
held=0 changed=0 skipped=0
for script in *.sh; do
    [ "$script" = run-all.sh ] && continue
    echo "$script"
    bash "$script"
    case $? in
        0) held=$((held + 1)) ;;
        77) skipped=$((skipped + 1)) ;;
        *) changed=$((changed + 1)); echo "  ^ changed" ;;
    esac
done
echo "$held hold, $changed changed, $skipped could not be tried"
[ "$changed" = 0 ]
